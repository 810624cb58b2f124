#!/usr/bin/env bash
# The program, the benchmarks and the load generator as they are shipped and measured.
# time-limit: 1500 s
# budget: 400 s
source tests/stages/lib.sh
building ./dev ui || echo "the program is built without the web interface"
configure release
compile release
build/release/gyr_load --help > /dev/null
tell passed 1
need_program
"$program" --version
tell passed 1
python3 tests/harness/symbols.py --program "$program"
