#!/usr/bin/env bash
# kill -9 under load, at least 20 times and more while there is time; ./dev crash --cycles N does more.
# time-limit: 400 s
# budget: 200 s
# lane: wait
# after: release
# quick: tests/crash
source tests/stages/lib.sh
need_program
# A backfill that is killed in the middle; tests/crash/backfill.py --dates 10000 does more.
python3 tests/crash/backfill.py --program "$program" --dates 1000 --kills 4
tell passed 1
more_kills "$(seconds_left 0)" 200
