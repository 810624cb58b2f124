#!/usr/bin/env bash
# What where.md says about adding things is true: each recipe is followed in a copy of the sources, which is built and used.
# time-limit: 3000 s
# share: 5 %
source tests/stages/lib.sh
building python3 tests/harness/recipes.py --jobs "$jobs"
