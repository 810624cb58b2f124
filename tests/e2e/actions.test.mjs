import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow('id: fails\nnamespace: company.team\ntasks:\n  - {id: fine, type: io.kestra.plugin.core.debug.Return, format: ok}\n  - {id: boom, type: io.kestra.plugin.core.execution.Fail, errorMessage: the disk is full}\n');
  await gyr.flow('id: pauses\nnamespace: company.team\ntasks:\n  - {id: ask, type: io.kestra.plugin.core.flow.Pause}\n  - {id: after, type: io.kestra.plugin.core.log.Log, message: x}\n');
  await gyr.flow('id: echo\nnamespace: company.team\ninputs:\n  - {id: name, type: STRING, defaults: world}\noutputs:\n  - {id: said, type: STRING, value: "{{ outputs.make.value }}"}\ntasks:\n  - {id: make, type: io.kestra.plugin.core.debug.Return, format: "<b>{{ inputs.name }}</b>"}\n  - id: choose\n    type: io.kestra.plugin.core.flow.If\n    condition: "{{ inputs.name == \'world\' }}"\n    then:\n      - {id: yes, type: io.kestra.plugin.core.log.Log, message: chosen}\n    else:\n      - {id: no, type: io.kestra.plugin.core.log.Log, message: other}\n  - id: each\n    type: io.kestra.plugin.core.flow.ForEach\n    values: [fr, de]\n    tasks:\n      - {id: part, type: io.kestra.plugin.core.debug.Return, format: "{{ taskrun.value }}"}\n  - {id: file, type: io.kestra.plugin.core.storage.Write, content: "name,size\\na,1\\nb,2\\n", extension: .csv}\n');
});
after(() => gyr?.stop());
const stateOf = (page, state) => page.locator(`[data-testid="page-execution"][data-state="${state}"]`).waitFor({ timeout: 20_000 });
const address = (execution, tab) => `${gyr.address}main/executions/company.team/${execution.flowId}/${execution.id}/${tab}`;

// UI-672, UI-660, UI-661, UI-666, UI-662
test('outputs: rows, expressions right and wrong, a file as a table; markup stays text', () => gyr.page(async (page) => {
  const execution = await gyr.execute('company.team', 'echo');
  await gyr.until(execution.id, 'SUCCESS');
  await page.goto(address(execution, 'outputs'));
  await page.getByTestId('output-execution.outputs.said').getByText('<b>world</b>').waitFor();
  await page.getByTestId('outputs-make').click();
  await page.getByTestId('output-outputs.make.value').waitFor();
  await page.locator('#eval-text').fill('{{ outputs.make.value }}');
  await page.keyboard.press('Control+Enter');
  await page.getByTestId('eval-result').filter({ hasText: '<b>world</b>' }).waitFor();
  await page.locator('#eval-text').fill('{{ outputs.nothing.value }}');
  await page.getByTestId('action-eval').click();
  await page.getByTestId('eval-error').waitFor();
  await page.getByTestId('outputs-part-de').click();
  await page.getByTestId('output-outputs.part.de.value').waitFor();
  await page.getByTestId('outputs-file').click();
  await page.getByRole('button', { name: 'Preview uri' }).click();
  await page.getByTestId('preview').getByText('size').first().waitFor();
}, { allow: [/status of 4\d\d/] }));

// UI-455, UI-456, UI-457
test('topology: states, what was not taken is pale, a loop is drawn once, saved as a picture', () => gyr.page(async (page) => {
  const execution = await gyr.execute('company.team', 'echo');
  await gyr.until(execution.id, 'SUCCESS');
  await page.goto(address(execution, 'topology'));
  await page.locator('[data-testid="node-root.make"][data-state="SUCCESS"]').waitFor();
  assert.match(await page.getByTestId('node-root.choose.no').getAttribute('class'), /dim/);
  assert.equal(await page.locator('[data-testid^="node-root.each.part"]').count(), 1);
  const boxes = await page.locator('.node:not(.cluster) > rect').evaluateAll((rects) => rects.map((rect) => rect.getBoundingClientRect().toJSON()));
  boxes.forEach((one, i) => boxes.slice(i + 1).forEach((other) => assert.ok(one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top, 'two boxes overlap')));
  await page.getByTestId('node-root.each.part').click();
  await page.getByTestId('inspector').waitFor();
  assert.equal(await page.getByTestId('iteration').locator('option').count(), 2);
  for (const kind of ['png', 'svg']) {
    await page.getByTestId('graph-save').click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId(`menu-item-save-${kind}`).click()]);
    assert.match(file.suggestedFilename(), new RegExp(`\\.${kind}$`));
  }
  await page.getByTestId('node-root.make').focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => document.activeElement?.getAttribute('data-uid') === 'cluster_root.choose');
}));

// UI-551, UI-621, UI-622, UI-623, UI-672
test('actions: change of state, labels, replay from a task with other inputs, delete', () => gyr.page(async (page) => {
  const failed = await gyr.execute('company.team', 'fails');
  await gyr.until(failed.id, 'FAILED');
  await page.goto(address(failed, 'overview'));
  await stateOf(page, 'FAILED');
  await page.getByTestId('action-more').click();
  for (const [entry, off] of [['restart', false], ['replay', false], ['pause', true], ['resume', true], ['kill', true], ['unqueue', true], ['force-run', true], ['labels', false], ['change-status', false], ['delete', false]]) {
    assert.equal((await page.getByTestId(`menu-item-${entry}`).getAttribute('data-disabled')) !== null, off, entry);
  }
  await page.getByTestId('menu-item-labels').click();
  await page.getByRole('button', { name: 'Label', exact: true }).click();
  await page.getByLabel('Key').fill('seen');
  await page.getByLabel('Value').fill('yes');
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('dialog-labels').waitFor({ state: 'detached' });
  assert.ok((await gyr.api('GET', `executions/${failed.id}`)).labels.some((label) => label.key === 'seen' && label.value === 'yes'));
  await page.getByTestId('action-more').click();
  await page.getByTestId('menu-item-change-status').click();
  await page.getByTestId('segment-WARNING').click();
  await page.getByTestId('action-confirm').click();
  await stateOf(page, 'WARNING');
  const done = await gyr.execute('company.team', 'echo');
  await gyr.until(done.id, 'SUCCESS');
  await page.goto(address(done, 'gantt'));
  await stateOf(page, 'SUCCESS');
  await page.getByTestId('action-replay').click();
  await page.getByTestId('replay-says').filter({ hasText: 'A new execution of revision 1 starts at its first task.' }).waitFor();
  await page.getByTestId('replay-modify').click();
  await page.locator('#input-name').fill('moon');
  await page.getByTestId('action-confirm').click();
  await page.waitForURL((url) => !url.pathname.includes(done.id));
  await stateOf(page, 'SUCCESS');
  const id = page.url().split('/').at(-2);
  assert.equal((await gyr.api('GET', `executions/${id}`)).inputs.name, 'moon');
  await page.goto(address(done, 'gantt'));
  await page.getByTestId('run-each').click();
  await page.getByTestId('run-more').click();
  await page.getByTestId('menu-item-run-replay').click();
  await page.getByTestId('replay-says').filter({ hasText: 'starts at task each' }).waitFor();
  await page.keyboard.press('Escape');
  await page.goto(address(failed, 'overview'));
  await page.getByTestId('action-more').click();
  await page.getByTestId('menu-item-delete').click();
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('page-flow').waitFor();
  await page.goto(address(failed, 'overview'));
  await page.getByText('Execution not found').waitFor();
}, { allow: [/status of 404/] }));

// UI-672, UI-1102
test('why: a paused execution says so on every tab, and resumes from there; its history tells it', () => gyr.page(async (page) => {
  const execution = await gyr.execute('company.team', 'pauses');
  await gyr.until(execution.id, 'PAUSED');
  await page.goto(address(execution, 'logs'));
  await page.getByTestId('why-panel').getByText('has been paused').waitFor();
  await page.getByTestId('why-resume').click();
  await page.getByTestId('dialog-resume').getByTestId('action-confirm').click();
  await stateOf(page, 'SUCCESS');
  await page.getByTestId('why-panel').waitFor({ state: 'detached' });
  await page.getByTestId('tab-history').click();
  await page.locator('[data-testid="history-entry"][data-kind="resume"]').first().waitFor();
  await page.getByTestId('tab-metrics').click();
  await page.getByTestId('page-execution-metrics').waitFor();
  await page.getByTestId('tab-dependencies').click();
  await page.getByText('It does not depend on other flows').waitFor();
}));
