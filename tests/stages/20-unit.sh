#!/usr/bin/env bash
# Every unit test, with the address and undefined-behaviour sanitizers.
# time-limit: 2100 s
# takes-patterns
source tests/stages/lib.sh
configure ci
if [ -n "${GYR_PATTERN:-}" ] && has_target ci "test_$GYR_PATTERN"; then
  compile ci "test_$GYR_PATTERN"
else
  compile ci
fi
python3 tests/harness/ctest_stage.py --build build/ci --jobs "$jobs"
