import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => { gyr = await start(import.meta.url); });
after(() => gyr?.stop());

// UI-870, UI-871, UI-881
test('plugins: search by parts, and the page of every type without an error', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/plugins`);
  await page.getByTestId('filter-text').fill('http req');
  await page.getByTestId('plugin-io.kestra.plugin.core.http.Request').click();
  await page.getByTestId('page-plugin').locator('#properties-uri').waitFor();
  await page.goto(`${gyr.address}main/plugins/io.kestra.plugin.core.http.Request#properties-method`);
  await page.waitForFunction(() => { const row = document.getElementById('properties-method'); return row && row.getBoundingClientRect().top < innerHeight; });
  await page.goto(`${gyr.address}main/plugins`);
  await page.locator('[data-testid^="plugin-io"]').first().waitFor();
  const types = await page.locator('[data-testid^="plugin-io"]').evaluateAll((links) => links.map((link) => link.getAttribute('data-testid').replace('plugin-', '')));
  assert.ok(types.length > 60);
  for (const type of types.filter((_, i) => i % Math.ceil(types.length / 20) === 0)) {
    await page.goto(`${gyr.address}main/plugins/${type}`);
    await page.getByTestId('page-plugin').locator('article').waitFor();
  }
}));

// UI-850, UI-855
test('blueprints: search, open, use, save: the flow is there', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/blueprints`);
  await page.getByTestId('filter-text').fill('approval');
  await page.getByTestId('blueprint-approval').click();
  await page.locator('[data-testid^="node-root."]').first().waitFor();
  await page.getByTestId('action-use').click();
  await page.getByTestId('validity').waitFor();
  await page.getByTestId('action-save').click();
  await page.getByTestId('page-flow').waitFor();
}));
