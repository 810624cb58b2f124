#!/usr/bin/env bash
# The infrastructure flows against real programs (Ansible, sshd, git, Terraform, OpenTofu) and the contract server, on the release program.
# Cases whose programs are not installed are skipped by their names. `python3 tests/infrastructure/run.py --only CASE` runs one.
# time-limit: 900 s
# budget: 480 s
# lane: wait
# after: release
# quick: src/plugins/cli, tests/infrastructure, tests/peers/contract
source tests/stages/lib.sh
need_program
python3 tests/infrastructure/run.py --program "$program"
