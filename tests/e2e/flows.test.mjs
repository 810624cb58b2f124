import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const count = 60;
before(async () => {
  gyr = await start(import.meta.url);
  for (let i = 0; i < count; i++) {
    await gyr.flow(`id: flow-${String(i).padStart(3, '0')}\nnamespace: infra.${i % 3 === 0 ? 'compute' : 'network'}\ndescription: "<img src=x onerror=alert(1)> number ${i}"\nlabels: {team: ${i % 2 === 0 ? 'sre' : 'dba'}}\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n`);
  }
});
after(() => gyr?.stop());

// UI-260, UI-261, UI-120 to 124, UI-9, UI-1063
test('flows: first rows, filter by a label, by typing, by the address; markup stays text', () => gyr.page(async (page) => {
  const requests = [];
  page.on('request', (request) => { if (request.url().includes('/api/')) requests.push(request.url()); });
  await page.goto(`${gyr.address}main/flows`);
  await page.getByTestId('row-flow-000').waitFor();
  assert.equal(await page.getByTestId('page-flows').locator('tbody tr').count(), 25);
  assert.equal(await page.getByTestId('total').innerText(), String(count));
  await page.getByText('no recent run').first().waitFor();
  // The figures of the menu belong to the frame: three requests for a count alone. So does what is kept for the person. The last runs of all rows are one request, again when one of them changes.
  assert.equal(requests.filter((url) => url.includes('/main/') && !url.includes('/main/me/') && !/\/search\?size=1(&|$)/.test(url) && !/\/(events|overview)\b/.test(url)).length, 1, `a list page asks once for its rows, not ${requests.join('\n')}`);
  assert.ok((await page.getByTestId('row-flow-000').innerText()).includes('<img src=x onerror=alert(1)> number 0'));
  await page.getByTestId('row-flow-001').getByTitle('Filter by team: dba').click();
  await page.getByTestId('chip-labels').waitFor();
  await page.getByTestId('row-flow-000').waitFor({ state: 'detached' });
  assert.equal(new URL(page.url()).searchParams.get('filters[labels][EQUALS][team]'), 'dba');
  await page.getByTestId('filter-text').fill('namespace^infra.compute');
  await page.getByTestId('filter-text').press('Enter');
  await page.getByTestId('chip-namespace').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="page-flows"] tbody tr').length === 10);
  await page.reload();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="page-flows"] tbody tr').length === 10);
  await page.getByRole('button', { name: 'Remove the filter Label' }).click();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="page-flows"] tbody tr').length === 20);
  await page.goBack();
  await page.getByTestId('chip-labels').waitFor();
  await page.getByTestId('filter-text').fill('there is no such flow');
  await page.getByTestId('filter-text').press('Enter');
  await page.getByText('Nothing matches these filters').waitFor();
  await page.getByTestId('action-clear').click();
  await page.getByTestId('row-flow-000').waitFor();
}));

// UI-160
test('flows: sort and page are in the address', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows`);
  await page.getByTestId('row-flow-000').waitFor();
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.getByTestId('row-flow-025').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('page'), '2');
  await page.getByRole('button', { name: 'Flow', exact: true }).click();
  await page.getByTestId('row-flow-059').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('sort'), 'id:desc');
}));

// UI-127, UI-131, UI-594, UI-590
test('executions: chips, address and rows agree; older addresses; quick filters', () => gyr.page(async (page) => {
  const execution = await gyr.execute('infra.compute', 'flow-000');
  await gyr.until(execution.id, 'SUCCESS');
  await page.goto(`${gyr.address}main/executions?state=SUCCESS&namespace=infra`);
  await page.getByTestId(`row-${execution.id}`).waitFor();
  await page.getByTestId('chip-state').waitFor();
  await page.getByTestId('chip-namespace').waitFor();
  await page.goto(`${gyr.address}main/executions`);
  await page.getByTestId('chip-timeRange').waitFor();
  await page.getByTestId('quick-failed').click();
  await page.getByText('Nothing matches these filters').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('filters[state][IN]'), 'FAILED');
  await page.getByTestId('quick-all').click();
  await page.getByTestId(`row-${execution.id}`).waitFor();
  await page.getByRole('button', { name: 'Remove the filter Time' }).click();
  await page.getByTestId('chip-timeRange').waitFor({ state: 'detached' });
  await page.reload();
  await page.getByTestId(`row-${execution.id}`).waitFor();
  assert.equal(await page.getByTestId('chip-timeRange').count(), 0);
}));
