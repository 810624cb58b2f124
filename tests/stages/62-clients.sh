#!/usr/bin/env bash
# The published clients and the requests of the Terraform provider, against the release program. Clients that are not
# installed are skipped: `./dev setup --peers` fetches them. `python3 tests/peers/clients/run.py --program PROGRAM --only go` runs one.
# time-limit: 300 s
# budget: 60 s
# lane: wait
# after: release
# quick: src/web, tests/peers/clients
source tests/stages/lib.sh
need_program
with_peers
python3 tests/peers/clients/run.py --program "$program"
