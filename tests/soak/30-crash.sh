#!/usr/bin/env bash
# kill -9 under load, 1,000 times.
# time-limit: 1500 s
# share: 22 %
source tests/stages/lib.sh
need_program
more_kills "$(seconds_left 60)" 1000
