#!/usr/bin/env python3
"""Runs the tests of the Python tools (files *_test.py below tests/ and bench/) and tells their number."""

from __future__ import annotations

import importlib.util
import os
import pathlib
import sys
import unittest

import results

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def load(path: pathlib.Path, loader: unittest.TestLoader) -> unittest.TestSuite:
    name = "_".join(path.relative_to(ROOT).with_suffix("").parts)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return loader.loadTestsFromModule(module)


def main() -> int:
    folders = [ROOT / folder for folder in sys.argv[1:]] or [ROOT / "tests", ROOT / "bench"]
    loader = unittest.TestLoader()
    pattern = os.environ.get("GYR_PATTERN")
    if pattern:
        loader.testNamePatterns = [f"*{pattern}*"]
    suite = unittest.TestSuite(load(path, loader) for folder in folders for path in sorted(folder.rglob("*_test.py")))
    done = unittest.TextTestRunner(verbosity=2).run(suite)
    failed = len(done.failures) + len(done.errors) + len(done.unexpectedSuccesses)
    skipped = [f"{test.id()}: {reason}" for test, reason in done.skipped]
    results.tell(results.Result(done.testsRun - failed - len(skipped), failed, skipped))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
