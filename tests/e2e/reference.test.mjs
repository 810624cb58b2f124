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

// UI-850, UI-851, UI-855
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

// UI-851, UI-872: page() fails at a request to another host; the catalogue, the types and the icons come from this server, once.
test('catalogue: every blueprint is there without a network, and is a flow that the server accepts; types are asked for once', () => gyr.page(async (page) => {
  const asked = [];
  page.on('request', (request) => { const path = new URL(request.url()).pathname; if (path.includes('/api/v1/plugins')) asked.push(path); });
  await page.goto(`${gyr.address}main/plugins`);
  await page.locator('[data-testid^="plugin-io"] svg').first().waitFor();
  const rows = await page.locator('[data-testid^="plugin-io"]').evaluateAll((all) => all.map((one) => one.querySelectorAll('svg path, svg use').length));
  assert.ok(rows.every((count) => count > 0), 'a type without an icon of its own has a general one');
  await page.getByTestId('menu-flows').click();
  await page.getByTestId('page-flows').waitFor();
  await page.getByTestId('menu-plugins').click();
  await page.locator('[data-testid^="plugin-io"]').first().waitFor();
  assert.deepEqual(asked, ['/api/v1/plugins/groups/subgroups'], 'the list is kept');
  await page.goto(`${gyr.address}main/blueprints/flow/community`);
  await page.getByTestId('blueprint-approval').waitFor();
  const { results } = await gyr.api('GET', 'blueprints/community/flow?size=500');
  assert.equal(await page.locator('[data-testid^="blueprint-"]').count(), results.length);
  assert.ok(results.length >= 10);
  for (const { id } of results) {
    const answer = await fetch(`${gyr.server()}/api/v1/main/blueprints/community/flow/${id}/source`);
    const [found] = await gyr.api('POST', 'flows/validate', await answer.text(), { 'Content-Type': 'application/x-yaml' });
    assert.equal(found.constraints, undefined, `${id}: ${found.constraints}`);
  }
}));
