#!/usr/bin/env bash
# The habits of the repository: tests/tidy/README.md names the rules.
# time-limit: 120 s
source tests/stages/lib.sh
python3 tests/tidy/tidy.py
tell passed 1
