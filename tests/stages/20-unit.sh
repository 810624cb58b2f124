#!/usr/bin/env bash
# Every unit test, with the address and undefined-behaviour sanitizers. --quick runs those of the modules that the change reaches, for
# as long as there is time, in the build that was used last: `ci` of ./dev test or `debug` of ./dev build.
# time-limit: 2100 s
# budget: 830 s
# quick: src, cmake, CMakeLists.txt
# takes-patterns
source tests/stages/lib.sh
if [ -n "${GYR_QUICK:-}" ]; then
  preset=ci
  if [ build/debug/.ninja_log -nt build/ci/.ninja_log ]; then preset=debug; fi
  configure "$preset"
  read -ra reached <<< "${GYR_MODULES:-}"
  modules=()
  for module in "${reached[@]}"; do
    if has_target "$preset" "test_$module"; then modules+=("$module"); fi
  done
  compile "$preset" "${modules[@]/#/test_}"
  python3 tests/harness/ctest_stage.py --build "build/$preset" --jobs "$jobs" --only "$(IFS=,; echo "${modules[*]}")" --seconds 100
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
