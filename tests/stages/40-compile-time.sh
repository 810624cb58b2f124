#!/usr/bin/env bash
# No file may cost more CPU time to compile than DESIGN 13 grants it.
# time-limit: 60 s
source tests/stages/lib.sh
python3 tests/harness/compile_times.py build/ci
