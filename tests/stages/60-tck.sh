#!/usr/bin/env bash
# The compatibility cases that hold, through REST alone, against the release program with a login.
# time-limit: 600 s
# budget: 240 s
# lane: wait
# after: release
# quick: src/web, tests/tck
# takes-patterns
source tests/stages/lib.sh
need_program
python3 tests/harness/tck_stage.py --program "$program" --jobs 4
