#!/usr/bin/env bash
# 1,000 histories on virtual time with faults, servers broken on purpose that must be noticed, then further histories while
# there is time. These are the same in each run: ./dev test --soak plays others.
# time-limit: 600 s
# budget: 140 s
source tests/stages/lib.sh
configure release
compile release gyr_simulate
build/release/gyr_simulate --seeds 1000 --need-probes --jobs "$jobs"
tell passed 1000
# The same histories on SQLite; a death of the server at every commit of a few (at 100 of long ones).
build/release/gyr_simulate --seeds 10 --store sqlite --jobs "$jobs"
tell passed 10
build/release/gyr_simulate --seeds 20 --sweep --deaths 100 --jobs "$jobs"
tell passed 20
build/release/gyr_simulate --seeds 1000 --canary all --jobs "$jobs"
tell passed 19  # canaries
further_histories "$(seconds_left 0)" 4000
