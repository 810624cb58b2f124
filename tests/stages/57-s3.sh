#!/usr/bin/env bash
# Internal storage in a real object store, where one is installed: flows with files, refusals at the start, migrations.
# time-limit: 300 s
# budget: 120 s
# lane: wait
# after: release, unit
# quick: src/storage, tests/harness/s3_stage.py, tests/harness/s3_peer.py
source tests/stages/lib.sh
need_program
with_peers
suite=()
if [ -x build/ci/test_storage ]; then suite=(--suite build/ci/test_storage); fi
python3 tests/harness/s3_stage.py --program "$program" "${suite[@]}"
