import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow('id: fails\nnamespace: company.team\ntasks:\n  - {id: fine, type: io.kestra.plugin.core.debug.Return, format: ok}\n  - {id: boom, type: io.kestra.plugin.core.execution.Fail, errorMessage: the disk is full}\n');
  await gyr.flow('id: pauses\nnamespace: company.team\ntasks:\n  - {id: ask, type: io.kestra.plugin.core.flow.Pause}\n  - {id: after, type: io.kestra.plugin.core.log.Log, message: x}\n');
  await gyr.flow('id: echo\nnamespace: company.team\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n');
});
after(() => gyr?.stop());

// UI-161, UI-162, UI-165, UI-593, UI-596
test('executions: one restart for all that match; what is refused is named; deleting asks', () => gyr.page(async (page) => {
  for (let i = 0; i < 30; i++) await gyr.execute('company.team', 'fails');
  const paused = await gyr.execute('company.team', 'pauses');
  await gyr.until(paused.id, 'PAUSED');
  const requests = [];
  page.on('request', (request) => { if (request.url().includes('/executions/') && request.method() !== 'GET') requests.push(new URL(request.url()).pathname); });
  await page.goto(`${gyr.address}main/executions?filters[state][IN]=FAILED`);
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="page-executions"] tbody tr').length === 25);
  await page.getByTestId('select-page').click();
  await page.getByTestId('bulk-all').click();
  await page.getByTestId('bulk-count').filter({ hasText: '30 selected' }).waitFor();
  await page.getByTestId('bulk-restart').click();
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('bulk-bar').waitFor({ state: 'detached' });
  await page.getByTestId('toast').getByText('30 executions changed').waitFor();
  assert.deepEqual(requests, ['/api/v1/main/executions/restart/by-query']);
  // A mixed selection: what cannot be resumed is left out and said.
  await page.goto(`${gyr.address}main/executions?filters[namespace][PREFIX]=company`);
  await page.getByTestId(`select-${paused.id}`).click();
  await page.locator('tbody tr [data-state="FAILED"]').first().waitFor();
  const failed = await page.locator('tbody tr', { has: page.locator('[data-state="FAILED"]') }).first().getAttribute('data-testid');
  await page.getByTestId(failed.replace('row-', 'select-')).click();
  await page.getByTestId('bulk-more').click();
  await page.getByTestId('menu-item-bulk-resume').click();
  await page.getByTestId('action-confirm').click();
  await page.getByText('1 execution was left out').waitFor();
  await gyr.until(paused.id, 'SUCCESS');
  // Deleting names how many.
  await page.getByTestId(failed.replace('row-', 'select-')).click();
  await page.getByTestId('bulk-more').click();
  await page.getByTestId('menu-item-bulk-delete').click();
  await page.getByTestId('option-deleteLogs').waitFor();
  await page.getByTestId('action-confirm').click();
  await page.getByTestId(failed).waitFor({ state: 'detached' });
}));

// UI-128, UI-160, UI-163
test('executions: saved filters, columns and CSV', () => gyr.page(async (page) => {
  await gyr.until((await gyr.execute('company.team', 'echo')).id, 'SUCCESS');
  await page.goto(`${gyr.address}main/executions?filters[state][IN]=SUCCESS`);
  await page.getByTestId('saved-filters').click();
  await page.getByTestId('menu-item-save').click();
  await page.locator('#filter-name').fill('good ones');
  await page.getByTestId('action-confirm').click();
  await page.goto(`${gyr.address}main/executions?filters[state][IN]=FAILED`);
  await page.getByTestId('saved-filters').click();
  await page.getByTestId('menu-item-set-good ones').click();
  await page.waitForURL(/SUCCESS/);
  await page.getByTestId('columns').click();
  await page.getByTestId('menu-item-column-revision').click();
  await page.locator('th.col-revision').waitFor();
  await page.reload();
  await page.locator('th.col-revision').waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('action-csv').click()]);
  assert.match(file.suggestedFilename(), /\.csv$/);
}));
