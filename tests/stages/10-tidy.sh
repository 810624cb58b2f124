#!/usr/bin/env bash
# The habits of the repository: tests/tidy/README.md names the rules.
# time-limit: 120 s
# budget: 30 s
# quick: .
source tests/stages/lib.sh
python3 tests/tidy/tidy.py
tell passed 1
# Sources have the layout of .clang-format; `clang-format-19 -i FILE` mends one.
git ls-files '*.cc' '*.h' | xargs -P "$jobs" -n 50 clang-format-19 --dry-run -Werror
tell passed 1
