import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => {
  gyr = await start(import.meta.url);
  for (const namespace of ['infra.network']) await gyr.flow(`id: one\nnamespace: ${namespace}\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n`);
});
after(() => gyr?.stop());
const kv = async (path) => { const answer = await fetch(`${gyr.server()}/api/v1/main/namespaces/${path}`); return answer.ok ? answer.json() : answer.status; };

// UI-760 to UI-763
test('kv: each type round trip, a broken JSON with its place, time to live, delete', () => gyr.page(async (page) => {
  const write = async (key, type, value) => {
    await page.goto(`${gyr.address}main/namespaces/edit/infra.network/kv?selected=new`);
    await page.getByTestId('input-key').fill(key);
    await page.getByTestId(`segment-${type}`).click();
    const field = page.getByTestId('input-value');
    if (type === 'BOOLEAN') await field.selectOption(value);
    else await field.fill(value);
    await page.getByTestId('action-save').click();
    await page.getByTestId('toast').getByText(`Saved ${key}`).waitFor();
  };
  await write('text', 'STRING', '12');
  await write('number', 'NUMBER', '4.5');
  await write('flag', 'BOOLEAN', 'true');
  await write('moment', 'DATETIME', '2026-11-22T14:00:00Z');
  await write('day', 'DATE', '2026-11-22');
  await write('span', 'DURATION', 'PT1H');
  await write('map', 'JSON', '{"a": [1, "ü"]}');
  const read = async (key) => { const { type, value } = await kv(`infra.network/kv/${key}`); return [type, value]; };
  assert.deepEqual(await read('text'), ['STRING', '12']);
  assert.deepEqual(await read('number'), ['NUMBER', 4.5]);
  assert.deepEqual(await read('flag'), ['BOOLEAN', true]);
  assert.equal((await read('moment'))[0], 'DATETIME');
  assert.deepEqual(await read('day'), ['DATE', '2026-11-22']);
  assert.deepEqual(await read('span'), ['DURATION', 'PT1H']);
  assert.deepEqual(await read('map'), ['JSON', { a: [1, 'ü'] }]);

  await page.goto(`${gyr.address}main/namespaces/edit/infra.network/kv?selected=infra.network/map`);
  await page.getByTestId('input-value').fill('{\n  "a": 1\n  "b": 2\n}');
  await page.getByText('Line 3, column 3: this is not JSON').waitFor();
  await page.getByTestId('action-save').click();
  assert.deepEqual(await read('map'), ['JSON', { a: [1, 'ü'] }]);
  await page.getByTestId('input-value').fill('{}');
  await page.getByTestId('segment-PT1H').click();
  await page.getByTestId('input-description').fill('Grün');
  await page.getByTestId('action-save').click();
  await page.getByTestId('side').waitFor({ state: 'detached' });
  const detail = await kv('infra.network/kv/map/detail');
  assert.ok(Date.parse(detail.expirationDate) > Date.now());
  // An edit that does not touch the time keeps it.
  await page.goto(`${gyr.address}main/namespaces/edit/infra.network/kv?selected=infra.network/map`);
  await page.getByTestId('segment-keep').waitFor();
  assert.equal(await page.getByTestId('segment-keep').getAttribute('aria-pressed'), 'true');
  await page.getByTestId('action-save').click();
  await page.getByTestId('side').waitFor({ state: 'detached' });
  assert.ok(Math.abs(Date.parse((await kv('infra.network/kv/map/detail')).expirationDate) - Date.parse(detail.expirationDate)) < 60_000);
  // A key that exists is not overwritten by a new one.
  await page.goto(`${gyr.address}main/namespaces/edit/infra.network/kv?selected=new`);
  await page.getByTestId('input-key').fill('text');
  await page.getByTestId('input-value').fill('other');
  await page.getByTestId('action-save').click();
  await page.getByText('infra.network already has the key text').waitFor();
  await page.goto(`${gyr.address}main/kv`);
  await page.getByTestId('select-infra.network/text').click();
  await page.getByTestId('bulk-delete').click();
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('row-infra.network/text').waitFor({ state: 'detached' });
  assert.equal(await kv('infra.network/kv/text'), 404);
  // Keys of a parent are shown below it, and cannot be selected there.
  await gyr.api('PUT', 'namespaces/infra/kv/above', '"1"', { 'Content-Type': 'text/plain' });
  await page.goto(`${gyr.address}main/namespaces/edit/infra.network/kv`);
  await page.getByLabel('with inherited keys').check();
  await page.getByTestId('row-infra/above').waitFor();
  assert.equal(await page.getByTestId('select-infra/above').count(), 0);
  await page.getByTestId('select-page').click();
  const own = await page.locator('[data-testid^="select-infra.network/"]').count();
  assert.ok(own > 1);
  await page.getByTestId('bulk-count').getByText(`${own} selected`).waitFor();
  await page.getByTestId('bulk-delete').click();
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('row-infra.network/map').waitFor({ state: 'detached' });
  assert.equal((await kv('infra/kv/above')).value, '1');
}, { allow: [/status of 404/] }));
