import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const ids = [];
const source = (message) => `id: report\nnamespace: company.team\ninputs:\n  - {id: disk, type: STRING, defaults: a}\ntasks:\n  - {id: look, type: io.kestra.plugin.core.log.Log, message: "${message}"}\n  - {id: judge, type: io.kestra.plugin.core.execution.Fail, condition: "{{ inputs.disk == 'full' }}", errorMessage: the disk is full}\n  - {id: tell, type: io.kestra.plugin.core.log.Log, message: done}\n`;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow(source('one'));
  await gyr.flow('id: asks\nnamespace: company.team\ntasks:\n  - {id: ask, type: io.kestra.plugin.core.flow.Pause}\n');
  const run = async (disk, state) => {
    const { id } = await gyr.execute('company.team', 'report', { disk });
    await gyr.until(id, state);
    ids.push(id);
  };
  await run('a', 'SUCCESS');
  await gyr.api('PUT', 'flows/company.team/report', source('two'), { 'Content-Type': 'application/x-yaml' });
  await run('full', 'FAILED');
  await run('b', 'SUCCESS');
});
after(() => gyr?.stop());

// UI-1100
test('compare: two of the list, only what differs, and what changed in the flow', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/executions?filters[flowId][EQUALS]=report`);
  for (const id of [ids[1], ids[0]]) await page.getByTestId(`row-${id}`).getByRole('checkbox').check();
  await page.getByTestId('bulk-compare').click();
  await page.getByTestId('page-compare').waitFor();
  await page.getByTestId('head-left').getByText(ids[0].slice(-8)).waitFor();
  await page.getByTestId('head-right').locator('[data-state="FAILED"]').waitFor();
  await page.getByTestId('task-judge').locator('[data-state="FAILED"]').waitFor();
  await page.getByTestId('task-tell').getByText('did not run').waitFor();
  assert.equal(await page.getByTestId('task-look').count(), 0);
  await page.getByTestId('only-differences').uncheck();
  await page.getByTestId('task-look').waitFor();
  await page.getByText('full', { exact: true }).waitFor();
  await page.getByTestId('to-revisions').click();
  await page.getByTestId('page-revisions').waitFor();
  await page.goto(`${gyr.address}main/executions/company.team/report/${ids[1]}/overview`);
  await page.getByTestId('flow-runs').getByTestId('pulse-mark').waitFor(); // UI-631
  await page.getByTestId('action-more').click();
  await page.getByTestId('menu-item-compare').click();
  await page.waitForURL((url) => url.searchParams.get('left') === ids[2] && url.searchParams.get('right') === ids[1]);
}));

// UI-1102
test('history: each change has its cause, and a later one comes by itself', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'asks');
  await gyr.until(id, 'PAUSED');
  await page.goto(`${gyr.address}main/executions/company.team/asks/${id}/history`);
  const entry = (kind) => page.locator(`[data-testid="history-entry"][data-kind="${kind}"]`);
  await entry('created').first().waitFor();
  await entry('pause').first().waitFor();
  assert.equal(await entry('resume').count(), 0);
  await gyr.api('POST', `executions/${id}/actions/resume`, new FormData());
  await entry('resume').first().waitFor();
  await page.getByPlaceholder('Search tasks, states and causes').fill('resume');
  await entry('created').first().waitFor({ state: 'detached' });
}));

// UI-1101, UI-1103
test('grid: a column for each execution, a cell opens its task, usual durations beside', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows/edit/company.team/report/grid`);
  const row = page.getByTestId('grid-judge');
  await row.locator('path[data-state="FAILED"]').waitFor();
  await page.getByTestId('usual-look').waitFor();
  await gyr.execute('company.team', 'report', { disk: 'c' });
  const cells = async (wanted) => page.waitForFunction((count) => (document.querySelector('[data-testid="grid-look"] path[data-state="SUCCESS"]')?.getAttribute('d') ?? '').split('M').length - 1 === count, wanted);
  await cells(4);
  const box = await row.boundingBox();
  await page.mouse.click(box.x + box.width * (1.5 / 4), box.y + box.height / 2); // the second of four: the one that failed
  await page.waitForURL((url) => url.pathname.endsWith(`/${ids[1]}/gantt`) && url.searchParams.has('taskRunId'));
  await page.locator('[data-testid="run-judge"][aria-selected="true"]').waitFor();
}));
