import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const source = (message) => `id: kept\nnamespace: company.team\ndescription: "Says **something**"\ntasks:\n  - {id: say, type: io.kestra.plugin.core.debug.Return, format: ${message}}\n  - {id: log, type: io.kestra.plugin.core.log.Log, message: needle-in-the-source}\nconcurrency: {limit: 1, behavior: QUEUE}\ntriggers:\n  - {id: nightly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 2 * * *"}\n`;
const put = (message) => gyr.api('PUT', 'flows/company.team/kept', source(message), { 'Content-Type': 'application/x-yaml' });
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow(source('one'));
  await put('two');
  await put('three');
  await gyr.flow('id: caller\nnamespace: company\ntasks:\n  - {id: sub, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: kept, wait: true}\n');
  await gyr.flow('id: slow\nnamespace: company.team\nconcurrency: {limit: 1, behavior: QUEUE}\ntasks:\n  - {id: wait, type: io.kestra.plugin.core.flow.Sleep, duration: PT60S}\n');
  await gyr.until((await gyr.execute('company.team', 'kept')).id, 'SUCCESS');
});
after(() => gyr?.stop());
const flow = 'main/flows/edit/company.team/kept';

// UI-300, UI-301, UI-308
test('flow: every tab opens by its address', () => gyr.page(async (page) => {
  for (const [tab, ready] of [['overview', 'kpi-success'], ['topology', 'node-root.say'], ['executions', 'page-flow-executions'], ['edit', 'editor'], ['revisions', 'diff'], ['triggers', 'row-company.team/kept/nightly'], ['logs', 'log-line'], ['metrics', 'metric-name'], ['dependencies', 'dependencies'], ['concurrency', 'limit-running']]) {
    await page.goto(`${gyr.address}${flow}/${tab}`);
    await page.getByTestId(ready).first().waitFor();
    assert.equal(await page.getByTestId(`tab-${tab}`).getAttribute('aria-current'), 'page');
  }
  await page.goto(`${gyr.address}${flow}`);
  await page.waitForURL(/overview$/);
  await page.locator('strong', { hasText: 'something' }).waitFor();
}));

// UI-510, UI-511, UI-512
test('revisions: three saves, a restore makes the fourth with the source of the first, the address opens the same', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}${flow}/revisions?revisionLeft=1&revisionRight=3`);
  await page.getByTestId('diff-count').filter({ hasText: '1 difference' }).waitFor();
  await page.getByTestId('diff').locator('.cell.left', { hasText: 'format: one' }).waitFor();
  await page.getByTestId('diff').locator('.cell.right', { hasText: 'format: three' }).waitFor();
  await page.getByTestId('segment-one').click();
  await page.getByTestId('diff').locator('.cell.left', { hasText: 'format: one' }).waitFor();
  await page.getByTestId('action-restore').click();
  await page.getByTestId('action-confirm').click();
  await page.waitForURL(/revisionRight=4/);
  assert.equal((await gyr.api('GET', 'flows/company.team/kept?source=true')).source, source('one'));
  await page.reload();
  await page.getByTestId('diff-count').filter({ hasText: 'no difference' }).waitFor();
}));

// UI-305, UI-801, UI-802
test('limits: one runs, two wait, one leaves the queue', () => gyr.page(async (page) => {
  const made = [];
  for (let i = 0; i < 3; i++) made.push((await gyr.execute('company.team', 'slow')).id);
  await gyr.until(made[2], 'QUEUED');
  await page.goto(`${gyr.address}main/flows/edit/company.team/slow/concurrency`);
  await page.getByTestId('limit-running').filter({ hasText: '1 of 1 run' }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="limit-queued-list"] li').length === 2);
  await page.getByTestId('action-unqueue').first().click();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="limit-queued-list"] li').length === 1);
  await page.getByTestId('limit-running').filter({ hasText: '2 of 1 run' }).waitFor();
  await page.goto(`${gyr.address}main/admin/concurrency-limits`);
  await page.getByTestId('row-company.team/slow').waitFor();
  await page.goto(`${gyr.address}main/executions/company.team/slow/${made[2]}/overview`);
  await page.getByTestId('why-panel').waitFor();
}));

// UI-304
test('dependencies: the graph and its list', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}${flow}/dependencies`);
  await page.getByTestId('node-main_company_caller').waitFor();
  await page.getByTestId('dependency-caller').click();
  await page.getByText('leads to').waitFor();
}));

// UI-262, UI-263, UI-265, UI-267
test('flows: import, bulk disable and delete, export, search of sources', () => gyr.page(async (page) => {
  const two = 'id: brought\nnamespace: other\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n---\nid: broken\nnamespace: other\ntasks: [\n';
  await page.goto(`${gyr.address}main/flows`);
  await page.getByTestId('action-import').click();
  await page.getByTestId('import-file').setInputFiles([{ name: 'two.yaml', mimeType: 'application/x-yaml', buffer: Buffer.from(two) }]);
  await page.getByTestId('import-result').getByText('1 part was refused').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('row-brought').waitFor();
  await page.getByTestId('select-brought').click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('bulk-export').click()]);
  assert.equal(file.suggestedFilename(), 'flows.zip');
  await page.getByTestId('bulk-disable').click();
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('row-brought').getByText('disabled').waitFor();
  await page.getByTestId('select-brought').click();
  await page.getByTestId('bulk-delete').click();
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('row-brought').waitFor({ state: 'detached' });
  await page.goto(`${gyr.address}main/flows/search`);
  await page.getByTestId('source-text').fill('needle-in');
  await page.getByTestId('source-kept').locator('mark').first().waitFor();
  await page.getByTestId('source-kept').getByRole('link').click();
  await page.locator('.cm-activeLine', { hasText: 'needle-in-the-source' }).waitFor();
}));

// UI-302, UI-303
test('flow: executions, logs and metrics are those of the flow alone; a metric is summed by task', () => gyr.page(async (page) => {
  await gyr.flow('id: counts\nnamespace: company.team\ntasks:\n  - id: publish\n    type: io.kestra.plugin.core.metric.Publish\n    metrics:\n      - {type: counter, name: rows, value: 7}\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: counted seven}\n');
  const { id } = await gyr.execute('company.team', 'counts');
  await gyr.until(id, 'SUCCESS');
  const root = 'main/flows/edit/company.team/counts';
  await page.goto(`${gyr.address}${root}/executions`);
  await page.getByTestId(`row-${id}`).waitFor();
  assert.equal(await page.getByTestId('page-flow-executions').locator('tbody tr').count(), 1);
  await page.goto(`${gyr.address}${root}/logs`);
  await page.getByTestId('log-line').filter({ hasText: 'counted seven' }).waitFor();
  assert.equal(await page.getByTestId('log-line').filter({ hasText: 'needle-in' }).count(), 0);
  await page.goto(`${gyr.address}${root}/metrics`);
  await page.getByTestId('metric-name').waitFor();
  assert.deepEqual(await page.getByTestId('metric-name').locator('option').allInnerTexts(), ['rows']);
  await page.getByTestId('metric-task').selectOption('publish');
  await page.locator('[data-testid="page-flow-metrics"] svg').first().waitFor();
  await page.locator('[data-testid="page-flow-metrics"] [aria-label*=": 7,"]').first().waitFor({ state: 'attached' });
}));

// UI-306
test('flow: a disabled one says so on every tab, cannot be executed, and its webhook is off', () => gyr.page(async (page) => {
  await gyr.flow('id: off\nnamespace: company.team\ndisabled: true\ntasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: x}\ntriggers:\n  - {id: nightly, type: io.kestra.plugin.core.trigger.Schedule, cron: "@daily"}\n');
  await page.goto(`${gyr.address}main/flows/edit/company.team/off/overview`);
  for (const tab of ['overview', 'topology', 'executions', 'edit', 'revisions', 'triggers', 'logs', 'metrics', 'dependencies']) {
    await page.getByTestId(`tab-${tab}`).click();
    await page.getByTestId('flow-disabled').waitFor();
    assert.ok(await page.getByTestId('action-execute').first().isDisabled());
  }
  assert.match(await page.getByTestId('action-execute').first().getAttribute('title'), /disabled/);
}));

// UI-264
test('flow: deleting names the flows that depend on it; its last source can be restored', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}${flow}/overview`);
  await page.getByTestId('action-more').click();
  await page.getByTestId('menu-item-delete').click();
  await page.getByTestId('dependents').getByText('company.caller').waitFor();
  await page.getByTestId('action-confirm').click();
  await page.waitForURL(/\/main\/flows$/);
  await page.goto(`${gyr.address}${flow}/edit`);
  await page.getByTestId('deleted-source').getByText('Says **something**').waitFor();
  await page.getByTestId('action-restore').click();
  await page.getByTestId('revision').waitFor();
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  assert.equal((await gyr.api('GET', 'flows/company.team/kept')).deleted, false);
}, { allow: [/status of 404/] }));
