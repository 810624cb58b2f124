#!/usr/bin/env bash
# The memory of a server under load does not grow with time.
# time-limit: 1500 s
# share: 18 %
# alone
source tests/stages/lib.sh
need_program
compile release gyr_load
python3 tests/harness/memory_soak.py --program "$program" --load build/release/gyr_load --seconds "$(seconds_left 60)"
