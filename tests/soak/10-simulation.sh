#!/usr/bin/env bash
# 1,000,000 histories on virtual time with faults, from seeds that nobody has played yet.
# time-limit: 900 s
# share: 25 %
source tests/stages/lib.sh
configure release
compile release gyr_simulate
further_histories "$(seconds_left 60)" 1000000 "$(date +%s)000"
