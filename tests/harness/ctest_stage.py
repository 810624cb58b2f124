#!/usr/bin/env python3
"""Runs the unit tests of a build folder through ctest and tells the number of their cases.

    ctest_stage.py --build build/ci [--only base,store,…] [--jobs N]

GYR_PATTERN keeps the programs whose name holds it or, where no name does, the cases whose name holds it.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree

import results
from results import Result
from symbolizer import with_symbolizer

# Of each failure's message, after the programs' own output, so that the end of the log tells why.
MESSAGE_LINES = 12
LINE_CHARACTERS = 400


def programs(build: pathlib.Path) -> list[str]:
    """The names under which ctest knows the test programs."""
    listing = subprocess.run(["ctest", "--test-dir", str(build), "-N"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^ +Test +#\d+: (\S+)", listing, re.M)


def read_cases(folder: pathlib.Path) -> tuple[Result, set[str]]:
    """Counts the cases that the programs wrote down; also the stems of the programs that did."""
    result, seen = Result(), set()
    for path in sorted(folder.glob("*.xml")):
        seen.add(path.stem)
        for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
            name = f"{case.get('classname')}.{case.get('name')}"
            failure = case.find("failure")
            if failure is not None:
                result.failed += 1
                print(f"FAILED: {path.stem} {name}")
                print("\n".join(line[:LINE_CHARACTERS] for line in (failure.get("message") or "").splitlines()[:MESSAGE_LINES]))
            elif case.get("result") == "skipped" or case.find("skipped") is not None:
                reason = case.find("skipped")
                text = (reason.get("message") or "").strip().splitlines() if reason is not None else []
                result.skipped.append(f"{name}: {text[-1] if text else 'no reason given'}")
            elif case.get("status") == "run":
                result.passed += 1
    return result, seen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--only", help="test programs by name, comma-separated")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()

    chosen = programs(options.build)
    if options.only:
        chosen = [name for name in chosen if name in options.only.split(",")]
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
    done = subprocess.run(["ctest", "--test-dir", str(options.build), "-j", str(options.jobs), "--output-on-failure",
                           "--no-tests=error", "-R", f"^({'|'.join(map(re.escape, chosen))})$"], env=environment, check=False)
    result, seen = read_cases(cases)
    # A program that crashed wrote nothing down.
    silent = [name for name in chosen if f"test_{name}" not in seen]
    for name in silent:
        print(f"FAILED: test_{name} ended without telling its cases")
    result.failed += len(silent)
    if done.returncode != 0 and result.failed == 0:
        print(f"FAILED: ctest ended with status {done.returncode} although every case passed")
        result.failed = 1
    results.tell(result)
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
