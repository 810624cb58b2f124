#!/usr/bin/env bash
# The tools around the program: shell scripts by shellcheck, the Python ones by their own tests.
# time-limit: 300 s
# budget: 120 s
# lane: wait
# after: unit
# quick: tests, bench, dev, .ci, packages.txt, README.md
# takes-patterns
source tests/stages/lib.sh
if [ -z "${GYR_PATTERN:-}" ]; then
  mapfile -t scripts < <(python3 tests/harness/repo_files.py --shell)
  printf 'shellcheck %s\n' "${scripts[*]}"
  shellcheck -x "${scripts[@]}"
  tell passed "${#scripts[@]}"
fi
python3 tests/harness/python_tests.py
