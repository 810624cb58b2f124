#!/usr/bin/env python3
"""The budget for compile times: reads compile-times.tsv of a build folder, shows the slowest files, fails above the limit.

What came out of ccache was not compiled: the last real measurement of such a file counts, if there is one.
"""

from __future__ import annotations

import pathlib
import re
import statistics
import sys

import results

LIMIT_S = 20.0  # CPU seconds of one file on the reference machine; 10 is what one aims at
MIDDLE_S = 2.0  # what the middle one of all files takes there: a machine on which it takes longer is that much slower
EXEMPT = "src/net/"  # Asio, Beast and TLS cost what they cost, and live there alone
CACHED_BELOW_S = 0.1  # no compilation with the precompiled header is that quick; a copy out of the cache is
SHOWN = 12


def source_of(object_file: str) -> str:
    """`bench/load/CMakeFiles/t.dir/a.cc.o` → `bench/load/a.cc`: CMake puts the target's folder in between."""
    return re.sub(r"CMakeFiles/[^/]+\.dir/", "", object_file).removesuffix(".o")


def measured(lines: list[str]) -> dict[str, float]:
    """CPU seconds by source; of several measurements of one object the last."""
    times: dict[str, float] = {}
    for line in lines:
        seconds, _, object_file = line.partition("\t")
        if float(seconds) >= CACHED_BELOW_S:
            times[source_of(object_file)] = float(seconds)
    return times


def limit(times: dict[str, float]) -> float:
    """CPU seconds of one file on this machine."""
    return LIMIT_S * max(1.0, statistics.median(times.values()) / MIDDLE_S)


def too_slow(times: dict[str, float]) -> list[str]:
    most = limit(times)
    return [source for source, seconds in times.items() if seconds > most and not source.startswith(EXEMPT)]


def main() -> int:
    build = pathlib.Path(sys.argv[1])
    record = build / "compile-times.tsv"
    if not record.exists():
        print(f"{record} is missing: the build did not use cmake/timed_compile.sh")
        return 1
    times = measured(record.read_text().splitlines())
    if not times:
        results.tell(results.Result(skipped=["every file came out of ccache: nothing was measured"]))
        return 0
    for source, seconds in sorted(times.items(), key=lambda item: -item[1])[:SHOWN]:
        print(f"{seconds:7.1f} s  {source}")
    slow = too_slow(times)
    for source in slow:
        print(f"FAILED: {source} takes {times[source]:.1f} CPU seconds to compile, {limit(times):.0f} are allowed")
    results.tell(results.Result(len(times) - len(slow), len(slow)))
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
