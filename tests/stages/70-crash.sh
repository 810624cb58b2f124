#!/usr/bin/env bash
# kill -9 under load, 20 times; ./dev crash --cycles N does more.
# time-limit: 300 s
source tests/stages/lib.sh
need_program
python3 tests/crash/crash.py --program "$program" --cycles 20
tell passed 20
# A back-fill that is killed in the middle; tests/crash/backfill.py --dates 10000 does more.
python3 tests/crash/backfill.py --program "$program" --dates 1000 --kills 4
tell passed 1
