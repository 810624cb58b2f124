import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const flow = (id, namespace) => `id: ${id}\nnamespace: ${namespace}\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n`;
before(async () => {
  gyr = await start(import.meta.url, { more: "kestra: {environment: {name: production, color: '#b5121f'}}\n" });
  await gyr.flow(flow('patch-linux-fleet', 'infra.compute'));
  await gyr.flow(flow('fleet-report', 'infra.compute'));
});
after(() => gyr?.stop());

// UI-52, UI-1020, UI-1030, UI-1080
test('shell: the menu stays folded, the theme stays, keys and palette work', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows`);
  await page.getByTestId('page-flows').waitFor();
  await page.getByTestId('action-fold').click();
  await page.getByTestId('action-theme').click();
  const theme = await page.evaluate(() => document.documentElement.dataset.theme);
  await page.reload();
  await page.getByTestId('page-flows').waitFor();
  assert.equal(await page.locator('nav.nav').getAttribute('class'), 'nav folded');
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), theme);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette').waitFor();
  await page.keyboard.type('pat fl');
  const first = page.getByTestId('palette').getByRole('option').first();
  await first.filter({ hasText: /^patch-linux-fleetinfra\.compute$/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('page-flow').waitFor();
  assert.match(page.url(), /\/ui\/main\/flows\/edit\/infra\.compute\/patch-linux-fleet\/overview$/);
}));

// UI-1, UI-11, UI-48
test('addresses: without a tenant, of older versions, unknown', () => gyr.page(async (page) => {
  const execution = await gyr.execute('infra.compute', 'fleet-report');
  await gyr.until(execution.id, 'SUCCESS');
  await page.goto(`${gyr.address}executions/infra.compute/fleet-report/${execution.id}`);
  await page.locator('[data-testid="page-execution"][data-state="SUCCESS"]').waitFor();
  assert.ok(page.url().endsWith(`/ui/main/executions/infra.compute/fleet-report/${execution.id}/overview`));
  await page.goto(`${gyr.address}main/flows/edit/infra.compute/fleet-report/editor`);
  await page.getByTestId('editor').waitFor();
  assert.ok(page.url().endsWith('/flows/edit/infra.compute/fleet-report/edit'));
  await page.goto(`${gyr.address}main/nothing/here`);
  await page.getByTestId('page-404').waitFor();
  await page.getByTestId('menu-flows').waitFor();
  await page.getByRole('link', { name: 'Go to the flows' }).click();
  await page.getByTestId('page-flows').waitFor();
}, { allow: [/status of 404/] }));

test('gone: an execution and a flow that are not there say which', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/executions/infra.compute/fleet-report/0000000000000000000000`);
  await page.getByText('Execution not found').waitFor();
  await page.goto(`${gyr.address}main/flows/edit/infra.compute/nope`);
  await page.getByText('The flow nope does not exist').waitFor();
}, { allow: [/status of 404/] }));

// UI-10, UI-40, UI-41, UI-42, UI-45, UI-52
test('shell: counts, environment, a starred list and help; all of it is there after a reload', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/executions?filters[state][IN]=FAILED&filters[labels][EQUALS][team]=sre`);
  await page.getByTestId('chip-labels').waitFor();
  await page.locator('nav.nav.folded').waitFor(); // the server keeps what the check above has chosen
  await page.getByTestId('action-fold').click();
  await page.getByTestId('environment').getByText('production').waitFor();
  assert.equal(await page.getByTestId('count-flows').innerText(), String((await gyr.api('GET', 'flows/search?size=1')).total));
  await page.getByTestId('action-star').click();
  await page.getByTestId('starred').hover();
  await page.getByTestId('starred-more').click();
  await page.getByTestId('menu-item-rename').click();
  await page.getByTestId('starred').getByRole('textbox').fill('Failed of sre');
  const stored = page.waitForResponse((answer) => answer.url().endsWith('/me/bookmarks') && answer.request().method() === 'PUT');
  await page.keyboard.press('Enter');
  assert.equal((await stored).status(), 200);
  assert.deepEqual((await gyr.api('GET', 'me/bookmarks')).map((one) => one.name), ['Failed of sre']);
  // The list that is revisited by the menu has its filters again.
  await page.getByTestId('menu-flows').click();
  await page.getByTestId('page-flows').waitFor();
  await page.getByTestId('menu-executions').click();
  await page.getByTestId('chip-labels').waitFor();
  await page.goto(`${gyr.address}main/flows`);
  await page.getByTestId('starred').getByText('Failed of sre').click();
  await page.getByTestId('chip-labels').waitFor();
  await page.getByTestId('chip-state').waitFor();
  assert.equal(await page.getByTestId('action-star').getAttribute('aria-pressed'), 'true');
  await page.keyboard.press(']');
  await page.getByTestId('help').getByText('Commit').waitFor();
  await page.getByTestId('side-close').click();
  await page.getByTestId('action-star').click();
  await page.getByTestId('starred').waitFor({ state: 'detached' });
}));

// UI-1080 (palette-id)
test('palette: a pasted id opens its execution; keys, namespaces and labels are found; marks; a page beside', () => gyr.page(async (page, context) => {
  const { id } = await gyr.execute('infra.compute', 'fleet-report');
  await gyr.until(id, 'SUCCESS');
  await page.goto(`${gyr.address}main/flows`);
  await page.getByTestId('row-fleet-report').waitFor();
  await page.keyboard.press('Control+k');
  const box = page.getByTestId('palette').getByRole('textbox');
  await box.fill(id);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname.includes(`/executions/infra.compute/fleet-report/${id}`));
  await page.getByTestId('page-execution').waitFor();
  await page.keyboard.press('Control+k');
  await box.fill('fl rep');
  const flow = page.getByTestId('palette').getByRole('option', { name: 'fleet-report' }).first();
  await flow.locator('.hit', { hasText: 'rep' }).waitFor();
  const [other] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Control+Enter')]);
  await other.getByTestId('page-flow').waitFor();
  await box.fill('no such thing anywhere');
  await page.getByTestId('palette').getByText('Nothing was found').waitFor();
  await box.fill('0000000000000000000000');
  await page.getByTestId('palette').getByRole('option', { name: 'Open the execution' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('toast').getByText('The execution 0000000000000000000000 does not exist').waitFor();
}));

// UI-47, UI-128
test('notices: an error stays, with status, code, lines and a copy; the same one again is counted; a success leaves', () => gyr.page(async (page) => {
  await page.clock.install();
  await page.goto(`${gyr.address}main/flows?filters[namespace][PREFIX]=infra`);
  await page.getByTestId('row-fleet-report').waitFor();
  await page.getByTestId('saved-filters').click();
  await page.getByTestId('menu-item-save').click();
  const body = { page: 'flows', name: 'taken', query: 'filters[namespace][PREFIX]=infra' };
  await gyr.api('POST', 'me/filters', JSON.stringify(body), { 'Content-Type': 'application/json' });
  const refused = await fetch(`${gyr.server()}/api/v1/main/me/filters`, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  const { message, code } = await refused.json();
  await page.locator('#filter-name').fill('taken');
  await page.getByTestId('action-confirm').click();
  const toast = page.getByTestId('toast');
  await toast.getByText(message.split('\n')[0]).first().waitFor();
  await toast.getByText(`${refused.status} ${code}`).waitFor();
  assert.equal(await toast.getAttribute('role'), 'alert');
  await page.getByTestId('action-confirm').click();
  await toast.getByText('2 times').waitFor();
  assert.equal(await toast.count(), 1);
  await page.keyboard.press('Escape');
  await page.getByTestId('dialog-save-filter').waitFor({ state: 'detached' });
  await toast.getByRole('button', { name: 'Copy' }).click();
  await page.getByTestId('toast').filter({ hasText: 'Copied' }).waitFor();
  assert.ok((await page.evaluate(() => navigator.clipboard.readText())).includes(message.split('\n')[0]));
  await page.clock.fastForward(10_000);
  await page.getByTestId('toast').filter({ hasText: 'Copied' }).waitFor({ state: 'detached' });
  assert.equal(await toast.count(), 1, 'the error stays');
  await toast.getByRole('button', { name: 'Close' }).click();
  await toast.waitFor({ state: 'detached' });
}, { allow: [/status of 4\d\d/] }));

// UI-630, UI-1020, UI-1080
test('keys: the neighbours of an execution, its actions in the palette; single keys can be turned off', () => gyr.page(async (page) => {
  const ids = [];
  for (let i = 0; i < 2; i++) {
    ids.push((await gyr.execute('infra.compute', 'patch-linux-fleet')).id);
    await gyr.until(ids[i], 'SUCCESS');
  }
  await page.goto(`${gyr.address}main/executions/infra.compute/patch-linux-fleet/${ids[0]}/gantt`);
  await page.getByTestId('action-next-execution').waitFor();
  await page.keyboard.press('n');
  await page.waitForURL((url) => url.pathname.endsWith(`${ids[1]}/gantt`));
  await page.getByTestId('action-previous-execution').waitFor();
  await page.keyboard.press('p');
  await page.waitForURL((url) => url.pathname.endsWith(`${ids[0]}/gantt`));
  await page.getByTestId('action-replay').waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('replay');
  await page.getByTestId('palette').getByRole('option', { name: /^Replay/ }).click();
  await page.getByTestId('replay-says').waitFor();
  await page.goto(`${gyr.address}main/preferences`);
  await page.getByTestId('single-keys').uncheck();
  await page.locator('h1').focus();
  await page.keyboard.press('?');
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette').waitFor();
  assert.equal(await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).count(), 0);
}));

// UI-46, UI-49, UI-954
test('notices: Enter and Esc confirm nothing, a kill switch is said where it concerns', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/admin/instance/maintenance`);
  await page.getByTestId('action-maintenance').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('dialog-maintenance').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('dialog-maintenance').waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.getAttribute('data-testid') === 'action-maintenance');
  await page.getByTestId('maintenance-state').getByText('Maintenance is off').waitFor();
  await page.getByTestId('tab-kill-switches').click();
  await page.getByTestId('action-create').click();
  await page.locator('#ks-name').fill('stop compute');
  await page.locator('#ks-namespace').fill('infra.compute');
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('switch-stop compute').waitFor();
  await page.goto(`${gyr.address}main/flows/edit/infra.compute/fleet-report`);
  await page.getByTestId('banner-switch').getByText('stop compute').waitFor();
  await page.goto(`${gyr.address}main/flows`);
  await page.getByTestId('row-fleet-report').waitFor();
  assert.equal(await page.getByTestId('banner-switch').count(), 0);
}, { allow: [/status of 4\d\d/] }));

// UI-43
test('menu: entries are hidden and moved, the server keeps it, the standard comes back', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows`);
  await page.getByTestId('menu-logs').waitFor();
  const shown = () => page.locator('nav.nav .groups a[data-testid^="menu-"]').evaluateAll((all) => all.map((one) => one.dataset.testid.slice('menu-'.length)));
  const standard = await shown();
  await page.getByTestId('action-customize').click();
  await page.getByTestId('shows-logs').uncheck();
  await page.getByTestId('up-executions').click();
  assert.equal(await page.getByTestId('shows-preferences').isDisabled(), true);
  const stored = page.waitForResponse((answer) => answer.url().endsWith('/me/preferences') && answer.request().method() === 'PUT');
  await page.getByTestId('down-kv').click();
  await stored;
  await page.keyboard.press('Escape');
  const wanted = standard.filter((id) => id !== 'logs');
  for (const [left, right] of [['flows', 'executions'], ['kv', 'secrets']]) {
    const [at, to] = [wanted.indexOf(left), wanted.indexOf(right)];
    [wanted[at], wanted[to]] = [wanted[to], wanted[at]];
  }
  assert.deepEqual(await shown(), wanted);
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await page.getByTestId('menu-kv').waitFor();
  await page.waitForFunction(() => document.querySelector('[data-testid="menu-logs"]') === null);
  assert.deepEqual(await shown(), wanted);
  await page.getByTestId('action-customize').click();
  await page.getByTestId('action-reset-menu').click();
  await page.getByTestId('menu-logs').waitFor();
  assert.deepEqual(await shown(), standard);
}));

// UI-1036
test('print: a page without its frame, in the light theme, in full length', () => gyr.page(async (page) => {
  const kept = await fetch(`${gyr.server()}/api/v1/me/preferences`).then((answer) => answer.json());
  await fetch(`${gyr.server()}/api/v1/me/preferences`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ revision: kept.revision, values: { ...kept.values, preferences: { theme: 'dark' } } }) });
  for (let i = 0; i < 30; i++) await gyr.flow(flow(`printed-${i}`, 'paper'));
  await page.goto(`${gyr.address}main/flows`);
  await page.locator('table.t tbody tr').nth(20).waitFor();
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  await page.emulateMedia({ media: 'print' });
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
  for (const hidden of ['nav.nav', '.filters', '.top .right']) assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
  assert.equal(await page.locator('h1').isVisible(), true);
  const { cut, wide } = await page.evaluate(() => ({ cut: [...document.querySelectorAll('.main, .content')].filter((one) => one.scrollHeight > one.clientHeight + 1 && getComputedStyle(one).overflowY !== 'visible').length, wide: document.documentElement.scrollHeight > innerHeight }));
  assert.equal(cut, 0, 'nothing is cut off');
  assert.equal(wide, true);
  await page.emulateMedia({ media: 'screen' });
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  assert.equal(await page.locator('nav.nav').isVisible(), true);
}, { theme: 'dark' }));
