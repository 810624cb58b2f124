#!/usr/bin/env bash
# Every unit test, with the address and undefined-behaviour sanitizers. --quick runs those of the modules that the change reaches, in
# the build that people work with, for as long as there is time.
# time-limit: 2100 s
# budget: 830 s
# quick: src, cmake, CMakeLists.txt
# takes-patterns
source tests/stages/lib.sh
if [ -n "${GYR_QUICK:-}" ]; then
  configure debug
  read -ra reached <<< "${GYR_MODULES:-}"
  modules=()
  for module in "${reached[@]}"; do
    if has_target debug "test_$module"; then modules+=("$module"); fi
  done
  compile debug "${modules[@]/#/test_}"
  python3 tests/harness/ctest_stage.py --build build/debug --jobs "$jobs" --only "$(IFS=,; echo "${modules[*]}")" --seconds 100
  exit
fi
configure ci
if [ -n "${GYR_PATTERN:-}" ] && has_target ci "test_$GYR_PATTERN"; then
  compile ci "test_$GYR_PATTERN"
else
  compile ci
fi
with_peers
python3 tests/harness/ctest_stage.py --build build/ci --jobs "$jobs"
