#!/usr/bin/env bash
# The modules with threads, with the thread sanitizer.
# time-limit: 1500 s
# budget: 290 s
source tests/stages/lib.sh
modules=(base store executor worker net process)
configure tsan
present=()
for module in "${modules[@]}"; do
  if has_target tsan "test_$module"; then present+=("$module"); else echo "no test_$module yet"; fi
done
compile tsan "${present[@]/#/test_}"
export TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1 ${TSAN_OPTIONS:-}"
# What searches find is compared with a model by one thread; the stage `unit` does that.
export GTEST_FILTER='-*/SearchTest.*'
python3 tests/harness/ctest_stage.py --build build/tsan --jobs "$jobs" --only "$(IFS=,; echo "${present[*]}")"
