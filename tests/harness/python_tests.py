#!/usr/bin/env python3
"""Runs the tests of the Python tools (files *_test.py below tests/ and bench/) and tells their number.

A test that fails is run once more; if it holds then, it is told as unsteady, as ctest_stage.py does it.
"""

from __future__ import annotations

import importlib.util
import os
import pathlib
import sys
import unittest

import results

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# More failures than this are no accident of a loaded machine.
MOST_TRIED_AGAIN = 5


def load(path: pathlib.Path, loader: unittest.TestLoader) -> unittest.TestSuite:
    name = "_".join(path.relative_to(ROOT).with_suffix("").parts)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return loader.loadTestsFromModule(module)


def tried_again(done: unittest.TestResult) -> tuple[set[str], list[str]]:
    """The names of those that failed, and for each that holds at the second time what it said at the first."""
    first = {}
    for test, trace in [*done.failures, *done.errors]:
        first.setdefault(getattr(test, "test_case", test), trace)
    unsteady = []
    for test, trace in first.items():
        # What could not even be loaded is no test of a class of ours, and stays a failure.
        if len(first) > MOST_TRIED_AGAIN or type(test).__module__.startswith("unittest"):
            continue
        if unittest.TextTestRunner(verbosity=2).run(type(test)(test.id().rpartition(".")[2])).wasSuccessful():
            unsteady.append(f"{test.id()} held at the second time; before: {trace.strip().splitlines()[-1]}")
    return {test.id() for test in first}, unsteady


def main() -> int:
    folders = [ROOT / folder for folder in sys.argv[1:]] or [ROOT / "tests", ROOT / "bench"]
    loader = unittest.TestLoader()
    pattern = os.environ.get("GYR_PATTERN")
    if pattern:
        loader.testNamePatterns = [f"*{pattern}*"]
    suite = unittest.TestSuite(load(path, loader) for folder in folders for path in sorted(folder.rglob("*_test.py")))
    done = unittest.TextTestRunner(verbosity=2).run(suite)
    names, unsteady = tried_again(done)
    failed = len(names) - len(unsteady) + len(done.unexpectedSuccesses)
    skipped = [f"{test.id()}: {reason}" for test, reason in done.skipped]
    results.tell(results.Result(done.testsRun - failed - len(skipped), failed, skipped, unsteady))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
