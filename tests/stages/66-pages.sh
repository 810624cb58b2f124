#!/usr/bin/env bash
# The pages: types, rules of the sources, unit tests, messages, sizes, two builds that are the same, the contract, and the checks in a
# browser against the release program. `./dev e2e` runs some of the checks.
# time-limit: 900 s
# budget: 480 s
# lane: wait
# after: release
# quick: ui, tests/e2e, src/web/pages
source tests/stages/lib.sh
need_program
for tool in node npm; do
  command -v "$tool" > /dev/null || { echo "$tool is missing: ./dev setup installs it" >&2; exit 1; }
done
chromium=${GYR_CHROMIUM:-$(command -v chromium || true)}
[ -n "$chromium" ] || { echo "chromium is missing: ./dev setup installs it" >&2; exit 1; }

building ./dev ui  # the release program contains the same pages
# Two at a time: the types take as long as all the others.
(cd ui && npx --no-install vue-tsc --noEmit --incremental --tsBuildInfoFile ../build/ui/types.tsbuildinfo) &
types=$!
(
  cd ui
  npx --no-install eslint . --max-warnings 0 --cache --cache-location ../build/ui/eslint.json
  node tools/messages.mjs
  npx --no-install vitest run
)
wait "$types"
# A second build gives the same files, so two packs of one commit are the same.
(cd ui && npx --no-install vite build --logLevel warn --outDir ../build/ui/again --emptyOutDir)
diff -rq ui/dist build/ui/again || { echo "two builds of the pages differ in the files above" >&2; exit 1; }
rm -r build/ui/again
report=build/test-logs/e2e/report.tap
mkdir -p build/test-logs/e2e
status=0
GYR_PROGRAM=$program GYR_CHROMIUM=$chromium node --test --test-reporter=tap --test-timeout=240000 --test-concurrency=2 tests/e2e/*.test.mjs > "$report" 2>&1 || status=$?
grep -E '^ *(not ok|#)' "$report" | grep -v '# Subtest' || true
passed=$(grep -E '^ok ' "$report" | grep -vc '# SKIP' || true)
failed=$(grep -cE '^not ok ' "$report" || true)
tell passed "$passed"
if [ "$failed" -gt 0 ]; then tell failed "$failed"; fi
[ "$status" -eq 0 ] || { echo "checks in the browser failed: $report has all of it, build/test-logs/e2e the pictures" >&2; exit 1; }
