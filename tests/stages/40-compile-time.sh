#!/usr/bin/env bash
# No unit of the build may cost more CPU time to compile than its files are allowed.
# time-limit: 60 s
# budget: 5 s
source tests/stages/lib.sh
python3 tests/harness/compile_times.py build/ci
