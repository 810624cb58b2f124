import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

const log = (id) => `{id: ${id}, type: io.kestra.plugin.core.log.Log, message: x}`;
const flows = {
  chain: `tasks:\n${Array.from({ length: 9 }, (_, i) => `  - ${log(`t${i}`)}\n`).join('')}`,
  parallel: `tasks:\n  - id: both\n    type: io.kestra.plugin.core.flow.Parallel\n    tasks:\n      - ${log('left')}\n      - ${log('right')}\n      - id: inner\n        type: io.kestra.plugin.core.flow.Sequential\n        tasks:\n          - ${log('one')}\n          - ${log('two')}\n  - ${log('last')}\n`,
  choice: `tasks:\n  - id: which\n    type: io.kestra.plugin.core.flow.Switch\n    value: a\n    cases:\n      a:\n        - ${log('first')}\n      b:\n        - ${log('second')}\n    defaults:\n      - ${log('other')}\n  - id: if\n    type: io.kestra.plugin.core.flow.If\n    condition: "{{ true }}"\n    then:\n      - ${log('yes')}\n    else:\n      - ${log('no')}\n`,
  loop: `tasks:\n  - id: each\n    type: io.kestra.plugin.core.flow.ForEach\n    values: [1, 2]\n    concurrencyLimit: 1\n    tasks:\n      - ${log('body')}\n      - ${log('tail')}\n`,
  dag: `tasks:\n  - id: dag\n    type: io.kestra.plugin.core.flow.Dag\n    tasks:\n      - task: ${log('d1')}\n      - task: ${log('d2')}\n        dependsOn: [d1]\n      - task: ${log('d3')}\n        dependsOn: [d1]\n      - task: ${log('d4')}\n        dependsOn: [d2, d3]\n`,
  branches: `tasks:\n  - ${log('a')}\nerrors:\n  - ${log('e')}\nfinally:\n  - ${log('f')}\ntriggers:\n  - {id: nightly, type: io.kestra.plugin.core.trigger.Schedule, cron: "@daily"}\n`,
};
let gyr;
before(async () => {
  gyr = await start(import.meta.url);
  for (const [id, rest] of Object.entries(flows)) await gyr.flow(`id: ${id}\nnamespace: company.team\n${rest}`);
  await gyr.flow('id: edited\nnamespace: company.team\ntasks:\n  # the first\n  - id: a\n    type: io.kestra.plugin.core.debug.Return\n    format: x\n  - id: b\n    type: io.kestra.plugin.core.log.Log\n    message: hello\n  - id: c\n    type: io.kestra.plugin.core.log.Log\n    message: "{{ outputs.a.value }}"\n');
});
after(() => gyr?.stop());
const text = (page) => page.evaluate(() => [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'));
const valid = (page) => page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
const node = (page, id) => page.locator(`[data-uid$="root.${id}"]`);

// UI-451, UI-452, UI-457: no box lies over another, each node is reached by keys, a picture of it is no empty file
test('topology: six flows are drawn without overlap, are walked by keys, and become pictures', () => gyr.page(async (page) => {
  for (const id of Object.keys(flows)) {
    await page.goto(`${gyr.address}main/flows/edit/company.team/${id}/topology`);
    await page.locator('[data-uid]').first().waitFor();
    for (const direction of ['right', 'down']) {
      const wrong = await page.evaluate(() => {
        const boxes = [...document.querySelectorAll('g[data-uid]')].map((g) => ({ uid: g.dataset.uid, cluster: g.classList.contains('cluster'), frame: g.querySelector(':scope > rect').getBoundingClientRect() }));
        const inside = (inner, outer) => inner.left >= outer.left && inner.top >= outer.top && inner.right <= outer.right && inner.bottom <= outer.bottom;
        const apart = (one, other) => one.right <= other.left + 0.5 || other.right <= one.left + 0.5 || one.bottom <= other.top + 0.5 || other.bottom <= one.top + 0.5;
        return boxes.flatMap((one, i) => boxes.slice(i + 1).filter((other) => !apart(one.frame, other.frame) && !(one.cluster && inside(other.frame, one.frame)) && !(other.cluster && inside(one.frame, other.frame))).map((other) => `${one.uid} ${other.uid}`));
      });
      assert.deepEqual(wrong, [], `${id}, ${direction}`);
      await page.getByTestId('graph-turn').click();
    }
    const all = await page.evaluate(() => [...document.querySelectorAll('g[data-uid]')].map((g) => g.dataset.uid).sort());
    const first = await page.evaluate(() => { const boxes = [...document.querySelectorAll('g[data-uid]')].map((g) => ({ g, at: /translate\((\S+) (\S+)\)/.exec(g.getAttribute('transform')) })); boxes.sort((left, right) => left.at[2] - right.at[2] || left.at[1] - right.at[1]); boxes[0].g.focus(); return boxes[0].g.dataset.uid; });
    const reached = new Set([first]);
    for (let i = 0; i < all.length; i++) {
      await page.keyboard.press('ArrowDown');
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      reached.add(await page.evaluate(() => document.activeElement.dataset.uid));
    }
    assert.deepEqual([...reached].sort(), all, `${id}: every node is reached by the arrow keys`);
  }
  for (const kind of ['png', 'svg']) {
    await page.getByTestId('graph-save').click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId(`menu-item-save-${kind}`).click()]);
    const chunks = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    assert.ok(bytes.length > 2000, `${kind} has ${bytes.length} bytes`);
    assert.ok(kind === 'png' ? bytes.subarray(1, 4).toString() === 'PNG' : bytes.toString().startsWith('<svg'));
  }
  await page.goto(`${gyr.address}main/flows/edit/company.team/parallel/topology`);
  await node(page, 'both.left').waitFor();
  await page.getByTestId('fold-cluster_root.both').click();
  await node(page, 'both.left').waitFor({ state: 'detached' });
  await page.getByTestId('graph-fold').click();
  await node(page, 'both.inner.one').waitFor();
}));

// UI-450, UI-453, UI-458
test('topology: tasks are added, moved, swapped by dragging and deleted; what another needs is refused by its name', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows/edit/company.team/edited/edit`);
  await valid(page);
  await page.getByTestId('toggle-topology').click();
  await node(page, 'c').waitFor();
  const drag = async (from, to) => {
    const [one, other] = [await node(page, from).boundingBox(), await node(page, to).boundingBox()];
    await page.mouse.move(one.x + 20, one.y + 15);
    await page.mouse.down();
    await page.mouse.move(one.x + 40, one.y + 25, { steps: 3 });
    await page.mouse.move(other.x + other.width / 2, other.y + 15, { steps: 4 });
    await page.mouse.up();
  };
  await drag('c', 'a');
  await page.getByTestId('toast').filter({ hasText: 'c uses the output of a' }).waitFor();
  // Carried out of the graph, a task goes back to its place.
  const before = await text(page);
  const [one, other, frame] = [await node(page, 'b').boundingBox(), await node(page, 'c').boundingBox(), await page.getByTestId('graph').boundingBox()];
  await page.mouse.move(one.x + 20, one.y + 15);
  await page.mouse.down();
  await page.mouse.move(other.x + other.width / 2, other.y + 15, { steps: 4 });
  await page.locator('.node.over').waitFor();
  await page.mouse.move(frame.x - 40, frame.y + 40);
  await page.locator('.ghost').waitFor({ state: 'detached' });
  await page.mouse.up();
  assert.equal(await text(page), before);
  await drag('a', 'b');
  await page.waitForFunction(() => /id: b[^]*# the first\n {2}- id: a[^]*id: c/.test([...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n')));
  await valid(page);
  await page.getByTestId('insert-root.b-root.a').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('type-search').fill('flow.Sleep');
  await page.keyboard.press('Enter');
  await page.locator('#nc-tasks\\.1\\.id').waitFor(); // its form opens
  assert.match(await text(page), /id: b[^]*id: sleep[^]*id: a/);
  await page.locator('[data-path="tasks.1.duration"]').getByLabel('Seconds').fill('1');
  await page.locator('[data-path="tasks.1.duration"]').getByLabel('Seconds').blur();
  await valid(page);
  await page.getByTestId('toggle-nocode').click();
  await page.getByTestId('pane-tab-topology').click();
  await node(page, 'sleep').waitFor();
  await node(page, 'b').click();
  await page.getByTestId('tool-more').click();
  await page.getByTestId('menu-item-wrap-Parallel').click();
  await page.waitForFunction(() => document.querySelector('.cm-content').innerText.includes('id: parallel'));
  await page.locator('[data-uid="root.c"]').focus();
  await page.keyboard.press('Delete');
  await node(page, 'c').waitFor({ state: 'detached' });
  await page.locator('.cm-content').focus();
  await page.keyboard.press('Control+z');
  await node(page, 'c').waitFor();
  await page.locator('.cm-content').focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('\nbroken: [');
  await page.getByTestId('topology-stale').waitFor();
  assert.equal(await page.locator('[data-between]').count(), 0);
  assert.ok(await node(page, 'c').isVisible(), 'the last picture stays');
}));

// UI-454, UI-457
test('topology: a subflow shows its tasks in place, leads to its flow, and hides them again', () => gyr.page(async (page) => {
  const log = (id) => `  - {id: ${id}, type: io.kestra.plugin.core.log.Log, message: x}\n`;
  const call = (id, flow) => `  - {id: ${id}, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: ${flow}}\n`;
  await gyr.flow(`id: deep\nnamespace: company.team\ntasks:\n${log('last')}`);
  await gyr.flow(`id: below\nnamespace: company.team\ntasks:\n${log('one')}${call('further', 'deep')}`);
  await gyr.flow(`id: above\nnamespace: company.team\ntasks:\n${log('first')}${call('sub', 'below')}${log('after')}${call('lost', 'nowhere')}`);
  await page.goto(`${gyr.address}main/flows/edit/company.team/above/topology`);
  await page.getByTestId('node-root.sub').click();
  await page.getByTestId('action-expand-subflow').click();
  await page.getByTestId('node-root.sub/root.one').waitFor();
  await page.getByTestId('node-root.sub/root.further').click();
  await page.getByTestId('action-expand-subflow').click();
  await page.getByTestId('node-root.sub/root.further/root.last').waitFor();
  const inside = async (inner, outer) => {
    const [one, other] = [await page.getByTestId(`node-${inner}`).boundingBox(), await page.getByTestId(`node-${outer}`).boundingBox()];
    return one.x >= other.x && one.y >= other.y && one.x + one.width <= other.x + other.width + 1 && one.y + one.height <= other.y + other.height + 1;
  };
  assert.ok(await inside('root.sub/root.further/root.last', 'cluster_root.sub'));
  assert.equal(await inside('root.after', 'cluster_root.sub'), false);
  await page.goto(`${gyr.address}main/flows/edit/company.team/above/topology?selected=root.sub`);
  await page.getByTestId('action-expand-subflow').click();
  await page.getByTestId('node-root.sub/root.one').waitFor();
  await page.getByTestId('action-expand-subflow').click();
  await page.getByTestId('node-root.sub/root.one').waitFor({ state: 'detached' });
  await page.getByTestId('action-open-subflow').click();
  await page.waitForURL(/company\.team\/below\/topology/);
  await page.goto(`${gyr.address}main/flows/edit/company.team/above/topology?selected=root.lost`);
  await page.getByTestId('action-expand-subflow').click();
  await page.getByTestId('toast').filter({ hasText: 'nowhere' }).waitFor();
}, { allow: [/status of 404/] }));
