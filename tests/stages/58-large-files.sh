#!/usr/bin/env bash
# Large files through tasks: the server's memory does not grow with them.
# time-limit: 300 s
# budget: 120 s
# lane: wait
# after: release
# quick: tests/harness/large_files.py
source tests/stages/lib.sh
need_program
python3 tests/harness/large_files.py --program "$program"
