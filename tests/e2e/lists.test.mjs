import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => {
  gyr = await start(import.meta.url);
  for (let i = 0; i < 30; i++) await gyr.flow(`id: flow-${String(i).padStart(2, '0')}\nnamespace: company.team.data\nlabels: {team: sre}\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: hi}\n`);
  await gyr.until((await gyr.api('POST', 'executions/company.team.data/flow-00?labels=site:fra&labels=site2:x:y', new FormData())).id, 'SUCCESS');
});
after(() => gyr?.stop());

// Holds the answers of a list until it is let go.
async function hold(page, pattern) {
  let release;
  const free = new Promise((resolve) => { release = resolve; });
  await page.route(pattern, async (route) => { await free; await route.continue().catch(() => undefined); });
  return async () => { release(); await page.unroute(pattern); };
}

// UI-164
test('loading: a skeleton at first, later the old rows and a line, nothing moves; nothing yet is not nothing found', () => gyr.page(async (page) => {
  const search = /\/flows\/search\?/;
  let release = await hold(page, search);
  await page.goto(`${gyr.address}main/flows`);
  await page.locator('table.t[aria-busy="true"] .sk').first().waitFor();
  assert.equal(await page.locator('table.t tbody a').count(), 0);
  const head = await page.locator('table.t thead').boundingBox();
  await release();
  const first = page.locator('table.t tbody tr').first();
  await page.getByTestId('row-flow-00').waitFor();
  assert.deepEqual(await page.locator('table.t thead').boundingBox(), head, 'the table stays where its skeleton was');
  const place = await first.boundingBox();
  release = await hold(page, search);
  await page.locator('th.col-flow button').click();
  await page.locator('.refresh').waitFor();
  assert.equal(await page.getByTestId('row-flow-00').count(), 1, 'the old rows are still there');
  assert.equal(await page.locator('table.t .sk').count(), 0);
  assert.equal((await first.boundingBox()).y, place.y, 'no row moves');
  await release();
  await page.getByTestId('row-flow-29').waitFor();
  await page.locator('.refresh').waitFor({ state: 'detached' });
  assert.equal((await first.boundingBox()).y, place.y);

  await page.goto(`${gyr.address}main/flows?filters[q][EQUALS]=nothing-like-this`);
  await page.getByTestId('empty').waitFor();
  assert.equal(await page.getByTestId('empty-docs').count(), 0);
  await page.getByTestId('action-clear').click();
  await page.getByTestId('row-flow-00').waitFor();
  await page.goto(`${gyr.address}main/kv`);
  const empty = page.getByTestId('empty');
  await empty.getByRole('link', { name: 'New key' }).or(empty.getByRole('link').first()).first().waitFor();
  assert.equal(await page.getByTestId('action-clear').count(), 0);
  await page.getByTestId('empty-docs').click();
  await page.getByTestId('page-plugin').waitFor();
}));

// UI-129
test('filters: those that were used last are offered in the empty box, newest first, also after a reload', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows`);
  const box = page.getByTestId('filter-text');
  await page.getByTestId('row-flow-00').waitFor();
  for (const text of ['label.team=sre', 'namespace^company', 'flow-07']) {
    await box.fill(text);
    await box.press('Enter');
    await page.waitForFunction(() => document.querySelector('[data-testid="filter-text"]') && location.search.includes('filters'));
    await page.goto(`${gyr.address}main/flows`);
    await page.getByTestId('row-flow-00').waitFor();
  }
  await box.focus();
  const offers = page.getByTestId('recent-filters');
  await offers.waitFor();
  assert.deepEqual(await offers.locator('button').allInnerTexts(), ['flow-07', 'namespace^company', 'label.team=sre']);
  await box.fill('x');
  await offers.waitFor({ state: 'detached' });
  await box.fill('');
  await box.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByTestId('chip-namespace').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('filters[namespace][PREFIX]'), 'company');
  await offers.waitFor({ state: 'detached' });
}));

// UI-130
test('filters: values of namespaces with those above them, of flows and of labels', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/executions`);
  await page.getByTestId('action-add-filter').click();
  const values = () => page.locator('#filter-values option').evaluateAll((all) => all.map((one) => one.value));
  const until = (list, wanted) => page.waitForFunction(([selector, texts]) => JSON.stringify([...document.querySelectorAll(`${selector} option`)].map((one) => one.value)) === texts, [list, JSON.stringify(wanted)]);
  await page.getByTestId('filter-field').selectOption('namespace');
  await until('#filter-values', ['company', 'company.team', 'company.team.data']);
  await page.getByTestId('filter-field').selectOption('flowId');
  await until('#filter-values', ['flow-00']);
  await page.getByTestId('filter-field').selectOption('labels');
  await page.waitForFunction(() => [...document.querySelectorAll('#filter-keys option')].some((one) => one.value === 'site2'));
  await page.getByTestId('filter-key').fill('site2');
  await until('#filter-values', ['x:y']);
  await page.getByTestId('filter-field').selectOption('id');
  await page.waitForFunction(() => document.querySelectorAll('#filter-values option').length === 0);
  assert.deepEqual(await values(), []);
}));

// UI-800
test('kv: of all namespaces with a column for them, and a filter by them', () => gyr.page(async (page) => {
  for (const namespace of ['company.team.data', 'company.sales']) await gyr.api('PUT', `namespaces/${namespace}/kv/limit`, '1', { 'Content-Type': 'text/plain' });
  await page.goto(`${gyr.address}main/kv`);
  await page.getByTestId('row-company.sales/limit').locator('.col-namespace', { hasText: 'company.sales' }).waitFor();
  await page.getByTestId('row-company.team.data/limit').locator('.col-namespace', { hasText: 'company.team.data' }).waitFor();
  await page.getByTestId('filter-text').fill('namespace^company.team');
  await page.getByTestId('filter-text').press('Enter');
  await page.getByTestId('chip-namespace').waitFor();
  await page.getByTestId('row-company.sales/limit').waitFor({ state: 'detached' });
  assert.equal(await page.locator('table.t tbody tr').count(), 1);
}));

// UI-1090
test('undo: a deleted key and a deleted flow come back', () => gyr.page(async (page) => {
  await gyr.api('PUT', 'namespaces/company.sales/kv/price', '{"eur": 4}', { 'Content-Type': 'text/plain' });
  await page.goto(`${gyr.address}main/kv?selected=company.sales/price`);
  await page.getByTestId('input-value').waitFor();
  await page.getByTestId('action-delete').click();
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('row-company.sales/price').waitFor({ state: 'detached' });
  await page.getByTestId('action-undo').click();
  await page.getByTestId('row-company.sales/price').waitFor();
  assert.deepEqual((await gyr.api('GET', 'namespaces/company.sales/kv/price')).value, { eur: 4 });

  const before = await gyr.api('GET', 'flows/company.team.data/flow-29?source=true');
  await page.goto(`${gyr.address}main/flows/edit/company.team.data/flow-29/overview`);
  await page.getByTestId('action-more').click();
  await page.getByTestId('menu-item-delete').click();
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('page-flows').waitFor();
  await page.getByTestId('action-undo').last().click();
  await page.getByTestId('toast').getByRole('link', { name: /flow-29/ }).click();
  await page.getByTestId('page-flow').waitFor();
  assert.equal((await gyr.api('GET', 'flows/company.team.data/flow-29?source=true')).source, before.source);
}, { allow: [/status of 404/] }));
