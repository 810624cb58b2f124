#!/usr/bin/env bash
# No file may cost more CPU time to compile than the budget allows (tests/harness/compile_times.py).
# time-limit: 60 s
source tests/stages/lib.sh
python3 tests/harness/compile_times.py build/ci
