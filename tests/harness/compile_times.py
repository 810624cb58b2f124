#!/usr/bin/env python3
"""The budget of compilations: reads compile-times.tsv of a build folder, shows the slowest units, fails above the limit.

A unit is one file, or the files of a folder that are compiled together. What came out of ccache was not compiled: the last real
measurement of such a unit counts, if there is one.
"""

from __future__ import annotations

import pathlib
import re
import statistics
import sys
from dataclasses import dataclass

import results

LIMIT_S = 20.0  # CPU seconds of one file on the reference machine; 10 is what one aims at
FURTHER_S = 2.0  # for each further file of the unit: the headers are read once
MIDDLE_S = 1.0  # of a file in the middle one of all units there: a machine on which it takes longer is that much slower
EXEMPT = ("src_net_", "src/net/")  # Asio, Beast and TLS cost what they cost, and live there alone
CACHED_BELOW_S = 0.1  # no compilation with the precompiled header is that quick; a copy out of the cache is
SHOWN = 12


@dataclass(frozen=True)
class Unit:
    name: str
    files: int
    seconds: float

    @property
    def each_s(self) -> float:
        return self.seconds / self.files


def unit_name(object_file: str) -> str:
    """`bench/load/CMakeFiles/t.dir/a.cc.o` → `bench/load/a.cc`: CMake puts the target's folder in between."""
    return re.sub(r"CMakeFiles/[^/]+\.dir/", "", object_file).removesuffix(".o")


def file_count(build: pathlib.Path, object_file: str) -> int:
    """How many files the unit holds: CMake includes them, cmake/unity_tests.cmake joins them with a #line each."""
    for source in (build / object_file.removesuffix(".o"), build / unit_name(object_file)):
        if source.is_file() and ("/Unity/" in object_file or "/unity/" in object_file):
            text = source.read_text(encoding="utf-8")
            return max(1, len(re.findall(r"^#line 1 " if "/unity/" in object_file else r"^#include ", text, re.M)))
    return 1


def measured(lines: list[str], build: pathlib.Path) -> list[Unit]:
    """Of several measurements of one object the last."""
    times: dict[str, float] = {}
    for line in lines:
        seconds, _, object_file = line.partition("\t")
        if float(seconds) >= CACHED_BELOW_S and not object_file.endswith(".pch"):
            times[object_file] = float(seconds)
    return [Unit(unit_name(name), file_count(build, name), seconds) for name, seconds in times.items()]


def limit(unit: Unit, units: list[Unit]) -> float:
    """CPU seconds of a unit on this machine."""
    slow = max(1.0, statistics.median(other.each_s for other in units) / MIDDLE_S)
    return (LIMIT_S + FURTHER_S * (unit.files - 1)) * slow


def too_slow(units: list[Unit]) -> list[Unit]:
    return [unit for unit in units if unit.seconds > limit(unit, units) and not any(part in unit.name for part in EXEMPT)]


def main() -> int:
    build = pathlib.Path(sys.argv[1])
    record = build / "compile-times.tsv"
    if not record.exists():
        print(f"{record} is missing: the build did not use cmake/timed_compile.sh")
        return 1
    units = measured(record.read_text(encoding="utf-8").splitlines(), build)
    if not units:
        results.tell(results.Result(skipped=["every unit came out of ccache: nothing was measured"]))
        return 0
    for unit in sorted(units, key=lambda unit: -unit.seconds)[:SHOWN]:
        print(f"{unit.seconds:7.1f} s  {unit.name} ({unit.files} files)")
    print(f"{sum(unit.seconds for unit in units):7.1f} s  all {len(units)} units")
    slow = too_slow(units)
    for unit in slow:
        print(f"FAILED: {unit.name} takes {unit.seconds:.1f} CPU seconds to compile, {limit(unit, units):.0f} are allowed")
    results.tell(results.Result(len(units) - len(slow), len(slow)))
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
