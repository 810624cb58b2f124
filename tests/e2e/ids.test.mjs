// Each acceptance point of the pages (`[e2e]` in the requirements) has a check here that names it. One that has none yet is in the list below,
// and leaves the list with its check.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const here = new URL('.', import.meta.url);
const notYet = ['UI-268', 'UI-368', 'UI-493', 'UI-563', 'UI-564', 'UI-565', 'UI-667', 'UI-950', 'UI-951', 'UI-952', 'UI-953', 'UI-1021', 'UI-1093'];

// UI-1151
test('ids: every acceptance point is checked in a browser', () => {
  const wanted = [...readFileSync(new URL('../../docs/requirements/06-web-ui.md', here), 'utf8').matchAll(/^- \*\*(UI-\d+)\*\* \[e2e\]/gm)].map(([, id]) => id);
  assert.ok(wanted.length > 60, 'the requirements were read');
  const named = new Set(readdirSync(here).filter((name) => name.endsWith('.test.mjs') && name !== 'ids.test.mjs').flatMap((name) => {
    const numbers = [];
    for (const [, comment] of readFileSync(new URL(name, here), 'utf8').matchAll(/^\s*\/\/(.*UI-\d+.*)$/gm)) {
      for (const [, first, last] of comment.matchAll(/UI-(\d+)(?: to (\d+))?/g)) for (let id = Number(first); id <= Number(last ?? first); id++) numbers.push(`UI-${id}`);
    }
    return numbers;
  }));
  assert.deepEqual(wanted.filter((id) => !named.has(id)), notYet);
});
