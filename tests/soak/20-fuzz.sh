#!/usr/bin/env bash
# 10,000,000 runs of every fuzz target, optimised, with the sanitizers.
# time-limit: 3600 s
# share: 30 %
source tests/stages/lib.sh
mapfile -t targets < <(find src -name '*_fuzz.cc' -printf '%f\n' | sed 's|\.cc$||' | sort)
configure soak
compile soak "${targets[@]}"
each=$(($(seconds_left 60) * jobs / ${#targets[@]}))
python3 tests/harness/run_fuzz.py --build build/soak --seconds "$((each > 2 ? each : 2))" --runs 10000000 --jobs "$jobs" "${targets[@]}"
tell passed "${#targets[@]}"
