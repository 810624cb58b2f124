import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => {
  gyr = await start(import.meta.url);
  for (const namespace of ['company.team', 'company.other']) await gyr.flow(`id: hello\nnamespace: ${namespace}\nlabels: {team: sre}\ntasks:\n  - id: a\n    type: io.kestra.plugin.core.log.Log\n    message: hi\n`);
});
after(() => gyr?.stop());
const lists = [['executions', 'executions/search'], ['flows', 'flows/search'], ['logs', 'logs/search'], ['admin/triggers', 'triggers/search'], ['kv', 'kv'], ['secrets', 'secrets']];
const options = (locator) => locator.locator('option').evaluateAll((all) => all.map((one) => one.value));

// UI-125
test('fields: the server knows each field and comparison that a list offers', () => gyr.page(async (page) => {
  for (const [path, operation] of lists) {
    await page.goto(`${gyr.address}main/${path}`);
    await page.getByTestId('action-add-filter').click();
    const field = page.getByTestId('filter-field');
    for (const name of await options(field)) {
      await field.selectOption(name);
      const value = page.getByTestId('filter-value');
      const one = (await page.locator('[data-testid^="filter-choice-"]').count()) > 0 ? (await page.locator('[data-testid^="filter-choice-"]').first().getAttribute('value')) : (await value.evaluate((element) => element.tagName)) === 'SELECT' ? (await options(value))[0] : (await value.getAttribute('type')) === 'datetime-local' ? '2026-01-01T00:00:00Z' : '1';
      for (const operator of await options(page.getByTestId('filter-operator'))) {
        const key = name === 'labels' ? '[team]' : '';
        await gyr.api('GET', `${operation}?${new URLSearchParams([[`filters[${name}][${operator}]${key}`, one]])}`);
      }
    }
    await page.keyboard.press('Escape');
  }
}));

// UI-120, UI-121
test('add: a condition becomes a chip, an entry of the address and part of the request', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows`);
  await page.getByTestId('row-company.other/hello').or(page.locator('table.t tbody tr').nth(1)).first().waitFor();
  await page.getByTestId('action-add-filter').click();
  await page.getByTestId('filter-field').selectOption('namespace');
  await page.getByTestId('filter-operator').selectOption('EQUALS');
  assert.ok(await page.getByTestId('action-confirm').isDisabled());
  await page.getByTestId('filter-value').fill('company.team');
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('chip-namespace').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('filters[namespace][EQUALS]'), 'company.team');
  await page.waitForFunction(() => document.querySelectorAll('table.t tbody tr').length === 1);
}));
