#!/usr/bin/env python3
"""Runs the unit tests of a build folder through ctest and tells the number of their cases.

    ctest_stage.py --build build/ci [--only base,store,…] [--jobs N] [--seconds N]

GYR_PATTERN keeps the programs whose name holds it or, where no name does, the cases whose name holds it.

With --seconds the programs are started in the order of --only, and none after that time: those that are left are told.

A case that fails is run once more, alone on the machine. If it holds then, it is told as unsteady: it counts as passed, and its name
and its first message stand in the output of ./dev test. A program that crashes or that a sanitizer ends is never tried again.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree
from dataclasses import dataclass

import results
from results import Result
from symbolizer import with_symbolizer

# Of each failure's message, after the programs' own output, so that the end of the log tells why.
MESSAGE_LINES = 12
LINE_CHARACTERS = 400


# More failures than this are no accident of a loaded machine.
MOST_TRIED_AGAIN = 5
SECONDS_ALONE = 300


@dataclass(frozen=True)
class Program:
    """A test program as ctest knows it."""

    name: str
    command: list[str]  # none where it is not built
    folder: str


@dataclass(frozen=True)
class Failure:
    program: str  # the stem of the file that it wrote: test_base
    case: str  # Suite.Name
    message: str

    def print(self) -> None:
        print(f"FAILED: {self.program} {self.case}")
        print("\n".join(line[:LINE_CHARACTERS] for line in self.message.splitlines()[:MESSAGE_LINES]))


def programs(build: pathlib.Path) -> list[Program]:
    listing = subprocess.run(["ctest", "--test-dir", str(build), "--show-only=json-v1"], capture_output=True, text=True, check=True).stdout
    return [Program(test["name"], test.get("command", []),
                    next((p["value"] for p in test.get("properties", []) if p["name"] == "WORKING_DIRECTORY"), str(build)))
            for test in json.loads(listing)["tests"]]


def read_cases(folder: pathlib.Path) -> tuple[Result, list[Failure], set[str]]:
    """Counts the cases that the programs wrote down but those that failed, which it lists; also the stems of the programs that wrote."""
    result, failures, seen = Result(), [], set()
    for path in sorted(folder.glob("*.xml")):
        seen.add(path.stem)
        for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
            name = f"{case.get('classname')}.{case.get('name')}"
            failure = case.find("failure")
            if failure is not None:
                failures.append(Failure(path.stem, name, failure.get("message") or ""))
            elif case.get("result") == "skipped" or case.find("skipped") is not None:
                reason = case.find("skipped")
                text = (reason.get("message") or "").strip().splitlines() if reason is not None else []
                result.skipped.append(f"{name}: {text[-1] if text else 'no reason given'}")
            elif case.get("status") == "run":
                result.passed += 1
    return result, failures, seen


def holds_alone(program: Program, case: str, environment: dict[str, str]) -> bool:
    """Runs one case by itself."""
    alone = {key: value for key, value in environment.items() if key != "GTEST_OUTPUT"} | {"GTEST_FILTER": case}
    try:
        done = subprocess.run(program.command, cwd=program.folder, env=alone, stdin=subprocess.DEVNULL, timeout=SECONDS_ALONE,
                              capture_output=True, text=True, errors="replace", check=False)
    except subprocess.TimeoutExpired:
        print(f"alone: {case} did not end within {SECONDS_ALONE} s")
        return False
    # A filter that no case fits would succeed as well.
    held = done.returncode == 0 and "[  PASSED  ] 1 test." in done.stdout
    if not held:
        print(f"alone, {case} failed again:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return held


def judge(failures: list[Failure], known: list[Program], environment: dict[str, str]) -> Result:
    """Tries the failed cases again, unless they are many."""
    result = Result()
    by_stem = {f"test_{program.name}": program for program in known}
    for failure in failures:
        failure.print()
        if len(failures) <= MOST_TRIED_AGAIN and holds_alone(by_stem[failure.program], failure.case, environment):
            first = " ".join(failure.message.split())[:LINE_CHARACTERS]
            print(f"alone, {failure.case} holds: it is unsteady")
            result.passed += 1
            result.unsteady.append(f"{failure.program} {failure.case} held only when it ran alone; before: {first}")
        else:
            result.failed += 1
    return result


def run_programs(options: argparse.Namespace, names: list[str], environment: dict[str, str]) -> tuple[int, list[str]]:
    """Runs the programs; returns ctest's status, and the programs for which no time was left."""
    begin, left = time.monotonic(), list(names)
    status = 0
    while left and (options.seconds is None or time.monotonic() - begin < options.seconds):
        # With a bound, as many at once as there are jobs: what is nearest to the change comes first.
        now = left if options.seconds is None else left[:options.jobs]
        left = left[len(now):]
        status |= subprocess.run(["ctest", "--test-dir", str(options.build), "-j", str(options.jobs), "--output-on-failure",
                                  "--no-tests=error", "-R", f"^({'|'.join(map(re.escape, now))})$"], env=environment,
                                 check=False).returncode
    return status, left


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--only", help="test programs by name, comma-separated")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=int, help="how long programs may be started")
    options = parser.parse_args()

    known = programs(options.build)
    chosen = [program.name for program in known]
    if options.only:
        chosen = [name for name in options.only.split(",") if name in chosen]
    environment = with_symbolizer(os.environ)
    pattern = os.environ.get("GYR_PATTERN", "")
    if pattern:
        by_name = [name for name in chosen if pattern in name]
        if not by_name:
            environment["GTEST_FILTER"] = f"*{pattern}*"
        chosen = by_name or chosen
    cases = options.build / "test-cases"
    shutil.rmtree(cases, ignore_errors=True)
    environment["GTEST_OUTPUT"] = f"xml:{cases.resolve()}/"
    status, left = run_programs(options, chosen, environment)
    chosen = chosen[:len(chosen) - len(left)]
    result, failures, seen = read_cases(cases)
    result.add(judge(failures, known, environment))
    # A program that crashed wrote nothing down.
    silent = [name for name in chosen if f"test_{name}" not in seen]
    for name in silent:
        print(f"FAILED: test_{name} ended without telling its cases")
    result.failed += len(silent)
    if status != 0 and not failures and result.failed == 0:
        print(f"FAILED: ctest ended with status {status} although every case passed")
        result.failed = 1
    if left:
        result.skipped.append(f"no time was left for the tests of {', '.join(left)}")
    results.tell(result)
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
