#!/usr/bin/env bash
# The release program: examples, the corpus of flows, every row of every table, bad values for every property of every type, and an
# exception at each edge of a server. `python3 tests/harness/program_stage.py --program PROGRAM --part sweep` runs one part.
# time-limit: 900 s
# budget: 250 s
# after: release
# quick: examples, docs/users, src/cli, src/plugins
source tests/stages/lib.sh
need_program
python3 tests/harness/program_stage.py --program "$program"
