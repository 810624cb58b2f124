#!/usr/bin/env bash
# The examples do what they say, and the corpus of flows is accepted and refused as it should be.
# time-limit: 300 s
# budget: 120 s
# after: release
# quick: examples, docs/users, src/cli, src/plugins
source tests/stages/lib.sh
need_program
python3 tests/harness/program_stage.py --program "$program"
