import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => { gyr = await start(import.meta.url); });
after(() => gyr?.stop());

// UI-1153
test('contract: the typed calls are those of this server', () => {
  const tool = fileURLToPath(new URL('../../ui/tools/contract.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [tool, gyr.server(), '--check'], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});
