import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => { gyr = await start(import.meta.url); });
after(() => gyr?.stop());

// UI-190, UI-191, UI-194, UI-221
test('home: the figures are those of the API; a bar leads to its executions', () => gyr.page(async (page) => {
  await gyr.flow('id: fails\nnamespace: company.team\ntasks:\n  - {id: boom, type: io.kestra.plugin.core.execution.Fail, errorMessage: "<i>disk</i>"}\n');
  await gyr.flow('id: fine\nnamespace: company.team\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n');
  for (let i = 0; i < 3; i++) await gyr.until((await gyr.execute('company.team', 'fine')).id, 'SUCCESS');
  const failed = await gyr.execute('company.team', 'fails');
  await gyr.until(failed.id, 'FAILED');
  const asked = [];
  page.on('request', (request) => { if (request.url().includes('/api/')) asked.push(request.url().replace(/.*\/api\/v1\//, '')); });
  await page.goto(gyr.address);
  await page.waitForURL(/\/main\/dashboards$/);
  await page.getByTestId('kpi-success').getByText('75 %').waitFor();
  await page.getByTestId(`attention-${failed.id}`).getByText('Failed in boom').waitFor();
  await page.getByTestId('by-namespace').getByText('company.team').waitFor();
  await page.getByTestId('count-flows').waitFor();
  // The first visit asks whether there are flows, the menu asks for its figures, and nobody asks for the same again.
  assert.deepEqual(asked.filter((path) => path === 'configs' || path === 'main/flows/search?size=1').sort(), ['configs', 'main/flows/search?size=1', 'main/flows/search?size=1']);
  asked.length = 0;
  await page.goto(gyr.address);
  await page.getByTestId('count-flows').waitFor();
  assert.deepEqual(asked.filter((path) => path === 'configs' || path === 'main/flows/search?size=1').sort(), ['configs', 'main/flows/search?size=1']);
  assert.match(await page.locator('.bar[data-series="FAILED"]').first().getAttribute('href'), /\/ui\/main\/executions\?.*FAILED/);
  await page.locator('.bar[data-series="FAILED"]').first().click();
  await page.getByTestId(`row-${failed.id}`).waitFor();
  assert.equal(await page.getByTestId('page-executions').locator('tbody tr').count(), 1);
  await page.goBack();
  await page.getByTestId('kpi-success').getByText('75 %').waitFor();
}));

// UI-720, UI-721
test('logs: level, filters in the address, one line opened, the way to its execution', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/logs`);
  await page.getByTestId('segment-ERROR').click();
  await page.getByTestId('log-line').filter({ hasText: '<i>disk</i>' }).first().waitFor();
  assert.equal(new URL(page.url()).searchParams.get('filters[level][EQUALS]'), 'ERROR');
  const { total } = await gyr.api('GET', 'logs/search?filters[level][EQUALS]=ERROR');
  assert.equal(await page.getByTestId('log-line').count(), total);
  await page.reload();
  await page.getByTestId('log-line').first().locator('.tm').click();
  await page.getByTestId('side').getByText('company.team').click();
  await page.getByTestId('chip-namespace').waitFor();
  await page.getByTestId('log-line').first().getByRole('link').first().click();
  await page.locator('[data-testid="log-1"].at').waitFor();
}));

// UI-890, UI-892, UI-940, UI-941
test('system overview, services, maintenance, kill switches', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/admin/stats`);
  await page.getByTestId('page-stats').getByTestId('count-flows').getByText(String((await gyr.api('GET', 'flows/search')).total)).waitFor();
  await page.locator('[data-testid="service-WORKER"][data-state="RUNNING"]').waitFor();
  await page.goto(`${gyr.address}main/admin/instance`);
  await page.getByRole('link', { name: 'EXECUTOR' }).click();
  await page.getByTestId('side').getByText('Events').waitFor();
  await page.getByTestId('tab-maintenance').click();
  await page.getByTestId('action-maintenance').click();
  await page.getByTestId('dialog-maintenance').getByTestId('action-confirm').click();
  await page.getByTestId('maintenance-state').getByText('Maintenance is on').waitFor();
  await page.getByTestId('action-maintenance').click();
  await page.getByTestId('maintenance-state').getByText('Maintenance is off').waitFor();
  await page.getByTestId('tab-kill-switches').click();
  await page.getByTestId('action-create').click();
  await page.locator('#ks-name').fill('stop it');
  await page.locator('#ks-namespace').fill('company.team');
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('switch-stop it').waitFor();
  await gyr.until((await gyr.execute('company.team', 'fine')).id, 'KILLED');
  await page.getByTestId('switch-stop it').getByRole('button', { name: 'Delete stop it' }).click();
  await page.getByTestId('action-confirm').click();
  await page.getByText('No kill switches').waitFor();
  await gyr.until((await gyr.execute('company.team', 'fine')).id, 'SUCCESS');
}));

// UI-900, UI-901, UI-902
test('preferences: zone and format change the dates that are shown, at once and after a reload', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/preferences`);
  await page.getByTestId('zone').selectOption('Asia/Tokyo');
  await page.getByTestId('date-example').getByText('Asia/Tokyo').waitFor();
  await page.getByTestId('date-format').selectOption('iso');
  await page.getByTestId('date-example').getByText('+09:00').waitFor();
  await page.reload();
  await page.getByTestId('date-example').getByText('+09:00').waitFor();
  await page.getByTestId('segment-dark').click();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await page.goto(`${gyr.address}main/executions?filters[flowId][EQUALS]=fine`);
  await page.locator('time[title*="+09:00"]').first().waitFor();
}));
