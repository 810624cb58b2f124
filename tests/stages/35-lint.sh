#!/usr/bin/env bash
# What the change touches compiles file by file: the builds of the other stages join files, which hides a lacking include.
# time-limit: 600 s
# budget: 60 s
source tests/stages/lib.sh
configure debug
python3 tests/harness/compile_changed.py --build build/debug --jobs "$jobs" --seconds 45
