// Parts of the page of an execution, and the way to a new one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => {
  gyr = await start(import.meta.url, { more: `kestra: {encryption: {secret-key: ${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}}}\n` }); // for inputs of type SECRET
  await gyr.flow('id: values\nnamespace: company.team\ninputs:\n  - {id: order, type: JSON, defaults: {lines: [{sku: a-1, count: 2}, {sku: b-2, count: 5}], note: "<b>bold</b>"}}\n  - {id: pin, type: SECRET, defaults: hidden-pin}\nvariables: {region: fra1}\ntasks:\n  - id: publish\n    type: io.kestra.plugin.core.metric.Publish\n    metrics:\n      - {type: counter, name: rows, value: 7}\n      - {type: counter, name: bytes, value: 9}\n');
  await gyr.flow('id: child\nnamespace: company.parts\ninputs:\n  - {id: items, type: STRING}\ntasks:\n  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT8S}\n');
  await gyr.flow('id: parent\nnamespace: company.team\ninputs:\n  - {id: file, type: FILE}\ntasks:\n  - id: each\n    type: io.kestra.plugin.core.flow.ForEachItem\n    items: "{{ inputs.file }}"\n    batch: {rows: 1}\n    namespace: company.parts\n    flowId: child\n    inputs: {items: "{{ taskrun.items }}"}\n');
});
after(() => gyr?.stop());
const address = (execution, tab) => `${gyr.address}main/executions/company.team/${execution.flowId}/${execution.id}/${tab}`;

// UI-631
test('overview: values as a tree, with the expression of each; a secret is masked', () => gyr.page(async (page) => {
  const execution = await gyr.execute('company.team', 'values');
  await gyr.until(execution.id, 'SUCCESS');
  await page.goto(address(execution, 'overview'));
  await page.getByTestId('value-inputs.order').getByRole('button', { expanded: false }).click();
  await page.getByTestId('value-inputs.order.note').getByText('<b>bold</b>').waitFor();
  await page.getByTestId('value-inputs.order.lines').getByRole('button', { expanded: false }).click();
  await page.getByTestId('value-inputs.order.lines[1]').getByRole('button', { expanded: false }).click();
  const sku = page.getByTestId('value-inputs.order.lines[1].sku');
  await sku.getByRole('button', { name: 'expression' }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), '{{ inputs.order.lines[1].sku }}');
  await page.getByTestId('value-vars.region').getByText('fra1').waitFor();
  assert.ok(!(await page.content()).includes('hidden-pin'));
}));

// UI-663
test('metrics: a metric leads to its chart', () => gyr.page(async (page) => {
  const execution = await gyr.execute('company.team', 'values');
  await gyr.until(execution.id, 'SUCCESS');
  await page.goto(address(execution, 'metrics'));
  await page.getByTestId('metric-rows').click();
  await page.waitForURL((url) => url.pathname.endsWith('/values/metrics'));
  await page.waitForFunction(() => document.querySelector('[data-testid="metric-name"]')?.value === 'rows' && document.querySelector('[data-testid="metric-task"]')?.value === 'publish');
}));

// UI-654, UI-664
test('children: counts by state that lead to the list, and the states in the graph of dependencies, live', () => gyr.page(async (page) => {
  const form = new FormData();
  form.append('files', new Blob(['a\nb\nc\n']), 'file');
  const execution = await gyr.api('POST', 'executions/company.team/parent', form);
  await page.goto(address(execution, 'dependencies'));
  await page.getByTestId('dependency-child').waitFor();
  const state = page.getByTestId('dependencies').locator('li', { has: page.getByTestId('dependency-child') });
  await state.locator('[data-state="RUNNING"]').waitFor();
  await state.locator('[data-state="SUCCESS"]').waitFor({ timeout: 20_000 });
  await gyr.until(execution.id, 'SUCCESS');
  await page.getByTestId('tab-gantt').click();
  await page.getByTestId('run-each_items').click();
  const count = page.getByTestId('child-count-SUCCESS');
  await count.getByText('3').waitFor();
  await page.waitForFunction(() => decodeURIComponent(document.querySelector('[data-testid="child-count-SUCCESS"]').href).includes('filters[flowId][EQUALS]=child'));
  await count.click();
  await page.waitForURL((url) => url.searchParams.get('filters[triggerExecutionId][EQUALS]') === execution.id && url.searchParams.get('filters[flowId][EQUALS]') === 'child');
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="page-executions"] tbody tr').length === 3);
}));

// UI-592
test('executions: a flow is chosen and executed from the list', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/executions`);
  await page.getByTestId('action-execute').click();
  const choice = page.getByTestId('dialog-choose-flow');
  await choice.getByTestId('choose-company.parts-child').waitFor();
  await page.getByTestId('choose-flow-text').fill('nothing like this');
  await choice.getByText('No flow has these words').waitFor();
  await page.getByTestId('choose-flow-text').fill('values');
  await choice.getByTestId('choose-company.team-values').click();
  await page.getByTestId('dialog-execute').getByTestId('action-confirm').click();
  await page.waitForURL(/\/company\.team\/values\/\w+/);
}));
