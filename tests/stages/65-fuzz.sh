#!/usr/bin/env bash
# Every fuzz target from its seeds: those of expressions and Ion for 30 seconds, the others for 5.
# time-limit: 1800 s
source tests/stages/lib.sh
configure fuzz
fuzz_targets() { # find's conditions
  find src -name '*_fuzz.cc' "$@" -printf '%f\n' | sed 's|\.cc$||' | sort
}
mapfile -t long < <(fuzz_targets '(' -path 'src/expression/*' -o -name ion_fuzz.cc ')')
mapfile -t short < <(fuzz_targets -not '(' -path 'src/expression/*' -o -name ion_fuzz.cc ')')
compile fuzz "${long[@]}" "${short[@]}"
python3 tests/harness/run_fuzz.py --build build/fuzz --seconds 30 --jobs "$jobs" "${long[@]}"
python3 tests/harness/run_fuzz.py --build build/fuzz --seconds 5 --jobs "$jobs" "${short[@]}"
tell passed "$((${#long[@]} + ${#short[@]}))"
