import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const sleep = (id, time) => `  - {id: ${id}, type: io.kestra.plugin.core.flow.Sleep, duration: ${time}}\n`;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow(`id: three\nnamespace: company.team\ntasks:\n${sleep('one', 'PT2S')}${sleep('two', 'PT2S')}${sleep('three', 'PT2S')}`);
  await gyr.flow(`id: long\nnamespace: company.team\ntasks:\n${sleep('wait', 'PT60S')}`);
  await gyr.flow('id: fails\nnamespace: company.team\ntasks:\n  - {id: fine, type: io.kestra.plugin.core.log.Log, message: ok}\n  - {id: boom, type: io.kestra.plugin.core.execution.Fail, errorMessage: the disk is full}\n');
  await gyr.flow('id: pauses\nnamespace: company.team\ntasks:\n  - id: ask\n    type: io.kestra.plugin.core.flow.Pause\n    onResume:\n      - {id: reason, type: STRING}\n      - {id: racks, type: INT, max: 4}\n  - {id: after, type: io.kestra.plugin.core.log.Log, message: "{{ outputs.ask.onResume.reason }}"}\n');
  await gyr.flow(`id: loop\nnamespace: company.team\ntasks:\n  - id: waves\n    type: io.kestra.plugin.core.flow.ForEach\n    values: "{{ range(1, 300) }}"\n    tasks:\n      - {id: apply, type: io.kestra.plugin.core.log.Log, message: "{{ taskrun.value }}"}\n`);
});
after(() => gyr?.stop());
const stateOf = (page, state) => page.locator(`[data-testid="page-execution"][data-state="${state}"]`).waitFor({ timeout: 20_000 });

// UI-670
test('run-live: from the dialog to the end without a reload', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows/edit/company.team/three/executions`);
  await page.getByTestId('action-execute').click();
  await page.getByTestId('no-inputs').waitFor();
  await page.getByTestId('action-confirm').click();
  await stateOf(page, 'RUNNING');
  await page.evaluate(() => { window.notReloaded = true; });
  await page.getByTestId('live').waitFor();
  await page.locator('[data-testid="run-one"][data-state="RUNNING"]').waitFor();
  await page.waitForFunction(() => document.title.startsWith('RUNNING'));
  await page.locator('[data-testid="run-one"][data-state="SUCCESS"]').waitFor();
  await page.locator('[data-testid="run-two"][data-state="RUNNING"]').waitFor();
  await stateOf(page, 'SUCCESS');
  await page.waitForFunction(() => document.title.startsWith('SUCCESS'));
  assert.ok(await page.evaluate(() => window.notReloaded));
  const id = /\/three\/(\w+)\/gantt/.exec(page.url())[1];
  const execution = await gyr.until(id, 'SUCCESS');
  for (const run of execution.taskRunList) {
    const seconds = Math.round((Date.parse(run.state.endDate) - Date.parse(run.state.startDate)) / 100) / 10;
    await page.getByTestId(`run-${run.taskId}`).getByText(`${seconds} s`, { exact: true }).waitFor();
  }
}));

// UI-671, UI-1004
test('run-restart: the server restarts meanwhile; a banner, then the true state', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'three');
  await page.goto(`${gyr.address}main/executions/company.team/three/${id}/gantt`);
  await stateOf(page, 'RUNNING');
  gyr.pages.away(true);
  await page.getByTestId('banner-lost').waitFor();
  await gyr.restart();
  gyr.pages.away(false);
  await stateOf(page, 'SUCCESS');
  await page.getByTestId('banner-lost').waitFor({ state: 'detached' });
}, { allow: [/ERR_/, /Failed to load resource/, /502/] }));

// UI-673
test('run-kill: names the execution, kills it, live', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'long');
  await page.goto(`${gyr.address}main/executions/company.team/long/${id}/overview`);
  await stateOf(page, 'RUNNING');
  await page.getByTestId('action-kill').click();
  await page.getByRole('dialog', { name: `Kill ${id.slice(-8)}?` }).getByTestId('action-confirm').click();
  await stateOf(page, 'KILLED');
  await page.getByTestId('action-kill').waitFor({ state: 'detached' });
}));

// UI-47
test('toasts: one stands above the dialog that failed; it is read, copied and closed there, and the dialog stays', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'long');
  await page.goto(`${gyr.address}main/executions/company.team/long/${id}/overview`);
  await stateOf(page, 'RUNNING');
  await page.getByTestId('action-kill').click();
  const dialog = page.getByTestId('dialog-kill');
  gyr.pages.away(true);
  await dialog.getByTestId('action-confirm').click();
  const toast = page.locator('[data-testid="toast"][role="alert"]');
  await toast.getByRole('button', { name: 'Copy' }).click();
  await toast.getByRole('button', { name: 'Close' }).click();
  await toast.waitFor({ state: 'detached' });
  assert.ok(await dialog.isVisible(), 'a click on the toast leaves the dialog open');
  gyr.pages.away(false);
  await dialog.getByTestId('action-confirm').click();
  await stateOf(page, 'KILLED');
}, { allow: [/ERR_/, /Failed to load resource/, /502/] }));

// UI-551, UI-672
test('run-resume: a wrong value is refused, the right one resumes', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'pauses');
  await page.goto(`${gyr.address}main/executions/company.team/pauses/${id}/overview`);
  await stateOf(page, 'PAUSED');
  await page.getByTestId('action-resume').click();
  const dialog = page.getByTestId('dialog-resume');
  await dialog.locator('#input-reason').fill('power is fine');
  await dialog.locator('#input-racks').fill('9');
  await dialog.getByTestId('action-confirm').click();
  await dialog.getByText('At most 4').waitFor();
  await dialog.locator('#input-racks').fill('2');
  await dialog.getByTestId('action-confirm').click();
  await stateOf(page, 'SUCCESS');
  const log = await gyr.api('GET', `logs/${id}`);
  assert.ok(log.some((line) => line.message === 'power is fine'));
}));

// UI-632, UI-621
test('run-actions: the cause is shown; restart and replay do what they say', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'fails');
  await page.goto(`${gyr.address}main/executions/company.team/fails/${id}/gantt`);
  await stateOf(page, 'FAILED');
  await page.getByTestId('root-cause').getByText('the disk is full').waitFor();
  await page.getByTestId('action-restart').click();
  await page.getByTestId('toast').filter({ hasText: 'starts again' }).waitFor();
  const again = await gyr.until(id, 'FAILED');
  assert.ok(again.state.histories.some((entry) => entry.state === 'RESTARTED'));
  await stateOf(page, 'FAILED');
  await page.getByTestId('action-replay').click();
  await page.getByTestId('dialog-replay').getByTestId('action-confirm').click();
  await page.waitForURL((url) => /\/fails\/\w+\/gantt/.test(url.pathname) && !url.pathname.includes(id));
  const copy = await gyr.until(/\/fails\/(\w+)\//.exec(page.url())[1], 'FAILED');
  assert.equal(copy.originalId, id);
}));

// UI-640 to 643
test('gantt: a loop is folded with counts, opens to virtual rows, states filter', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'loop');
  await gyr.until(id, 'SUCCESS');
  await page.goto(`${gyr.address}main/executions/company.team/loop/${id}/gantt`);
  const gantt = page.getByTestId('gantt');
  await page.getByTestId('run-waves').getByText('300').waitFor();
  assert.equal(await page.getByTestId('run-apply').count(), 0);
  await page.getByTestId('run-waves').getByRole('button', { name: 'Expand' }).click();
  await page.getByTestId('run-apply').first().waitFor();
  assert.equal(await gantt.getAttribute('aria-rowcount'), '301');
  assert.ok((await page.getByTestId('run-apply').count()) < 80, 'only rows in view are elements');
  await gantt.evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await page.getByTestId('run-apply').filter({ hasText: '300' }).waitFor();
  await page.getByTestId('run-apply').filter({ hasText: '300' }).click();
  await page.getByTestId('inspector').getByText('300').first().waitFor();
  assert.match(page.url(), /taskRunId=/);
  await page.reload();
  await page.getByTestId('inspector').waitFor();
  await page.getByPlaceholder('Filter tasks').fill('299');
  await page.waitForFunction(() => document.querySelector('[data-testid="gantt"]').getAttribute('aria-rowcount') === '2');
}));
