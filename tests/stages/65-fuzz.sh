#!/usr/bin/env bash
# Every fuzz target from its seeds, linked with what the stage `unit` has built. Targets of expressions and Ion run twice as long as
# the others.
# time-limit: 900 s
# budget: 90 s
# after: unit
source tests/stages/lib.sh
floor_s=50  # of all targets together
fuzz_targets() { # find's conditions
  find src -name '*_fuzz.cc' "$@" -printf '%f\n' | sed 's|\.cc$||' | sort
}
mapfile -t long < <(fuzz_targets '(' -path 'src/expression/*' -o -name ion_fuzz.cc ')')
mapfile -t short < <(fuzz_targets -not '(' -path 'src/expression/*' -o -name ion_fuzz.cc ')')
configure ci
compile ci "${long[@]}" "${short[@]}"
seconds=$(seconds_left "$floor_s")
each=$((seconds * jobs / (2 * ${#long[@]} + ${#short[@]})))
each=$((each > 2 ? each : 2))
python3 tests/harness/run_fuzz.py --build build/ci --seconds "$((2 * each))" --jobs "$jobs" "${long[@]}"
python3 tests/harness/run_fuzz.py --build build/ci --seconds "$each" --jobs "$jobs" "${short[@]}"
tell passed "$((${#long[@]} + ${#short[@]}))"
