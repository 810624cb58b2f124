import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow('id: one\nnamespace: company.team\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n');
});
after(() => gyr?.stop());
const stored = async (condition) => {
  for (const begin = Date.now(); Date.now() - begin < 10_000; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const { values } = await (await fetch(`${gyr.server()}/api/v1/me/preferences`)).json();
    if (condition(values)) return values;
  }
  throw new Error('the server did not get the preferences');
};

// UI-900, UI-901, UI-902
test('preferences: zone, theme and density hold at once, on the server and in another browser; no flash of the other theme', async () => {
  const { id } = await gyr.execute('company.team', 'one');
  const { state } = await gyr.until(id, 'SUCCESS');
  await gyr.page(async (page) => {
    await page.goto(`${gyr.address}main/preferences`);
    const example = page.getByTestId('date-example');
    await example.getByText('Europe/Berlin').waitFor();
    await page.getByTestId('zone').selectOption('America/New_York');
    await example.getByText('America/New_York').waitFor();
    await page.getByTestId('segment-compact').click();
    await page.getByTestId('segment-dark').click();
    assert.deepEqual(await page.evaluate(() => ({ ...document.documentElement.dataset })), { theme: 'dark', density: 'compact' });
    await stored((values) => values.zone === 'America/New_York' && values.preferences?.theme === 'dark' && values.preferences?.density === 'compact');
    await page.locator('[data-testid="preferences-kept"][data-state="server"]').waitFor();
    // Every page shows the zone without a reload.
    await page.evaluate(() => { window.same = true; });
    await page.getByTestId('menu-executions').click();
    await page.getByTestId(`row-${id}`).waitFor();
    const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'America/New_York' }).format(new Date(state.startDate));
    await page.getByTestId(`row-${id}`).locator(`[title*="${hour}"]`).or(page.getByTestId(`row-${id}`).getByText(hour)).first().waitFor();
    assert.equal(await page.evaluate(() => window.same), true);
    await page.addInitScript(() => requestAnimationFrame(() => { window.first = document.documentElement.dataset.theme; }));
    await page.reload();
    await page.getByTestId(`row-${id}`).waitFor();
    assert.equal(await page.evaluate(() => window.first), 'dark');
  });
  await gyr.page(async (page) => {
    await page.goto(`${gyr.address}main/preferences`);
    await page.getByTestId('date-example').getByText('America/New_York').waitFor();
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    await page.getByTestId('action-reset').click();
    await page.getByTestId('date-example').getByText('Europe/Berlin').waitFor();
    await stored((values) => values.zone === '' && (values.preferences?.theme ?? 'system') === 'system');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('action-export').click()]);
    assert.equal(file.suggestedFilename(), 'flows.zip');
  });
});

// UI-900: what another program has stored there does not break a page; what two browsers change holds, both of it.
test('preferences: values of a wrong kind are left out, changes of two browsers are merged', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/preferences`);
  await page.locator('[data-testid="preferences-kept"][data-state="server"]').waitFor();
  const { revision, values } = await (await fetch(`${gyr.server()}/api/v1/me/preferences`)).json();
  const other = { ...values, zone: 7, dateFormat: 'no such', logLevel: 'WARN', preferences: 'dark', 'of another': [1] };
  const answer = await fetch(`${gyr.server()}/api/v1/me/preferences`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ revision, values: other }) });
  assert.equal(answer.status, 200);
  await page.getByTestId('single-keys').uncheck();
  const merged = await stored((now) => now.preferences?.singleKeys === false);
  assert.deepEqual([merged.logLevel, merged['of another']], ['WARN', [1]]);
  await page.reload();
  await page.getByTestId('date-example').waitFor();
  assert.equal(await page.locator('[data-testid="segment-WARN"]').getAttribute('aria-pressed'), 'true');
}, { allow: [/status of 409/] }));

// UI-128
test('filters: saved on the server, the default of a page, shared, renamed and deleted after a question', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/executions?filters[state][IN]=FAILED`);
  await page.getByTestId('saved-filters').click();
  await page.getByTestId('menu-item-save').click();
  await page.locator('#filter-name').fill('failures');
  await page.getByTestId('filter-default').check();
  await page.getByTestId('filter-shared').check();
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('dialog-save-filter').waitFor({ state: 'detached' });
  const [saved] = await gyr.api('GET', 'me/filters?page=executions');
  assert.deepEqual([saved.name, saved.default, saved.shared], ['failures', true, true]);
  await page.goto(`${gyr.address}main/executions`);
  await page.getByTestId('chip-state').getByText('FAILED').waitFor();
  await page.getByTestId('saved-filters').click();
  await page.getByTestId('menu-item-manage').click();
  const row = page.getByTestId('filter-failures');
  await row.getByRole('textbox').fill('red ones');
  await row.getByRole('textbox').press('Tab');
  await page.getByTestId('filter-red ones').getByRole('button', { name: 'Delete' }).click();
  await page.getByTestId('dialog-confirm').getByTestId('action-confirm').click();
  await page.getByTestId('filter-red ones').waitFor({ state: 'detached' });
  assert.deepEqual(await gyr.api('GET', 'me/filters?page=executions'), []);
}));

// UI-890, UI-891, UI-892
test('system overview: the health of each part, as the API has it', () => gyr.page(async (page) => {
  const { parts } = await (await fetch(`${gyr.server()}/api/v1/instance/health`)).json();
  assert.deepEqual(parts.map((part) => part.name).sort(), ['database', 'executor', 'queue', 'scheduler', 'storage', 'workers']);
  await page.goto(`${gyr.address}main/admin/stats`);
  for (const part of parts) await page.locator(`[data-testid="health-${part.name}"][data-state="${part.state}"]`).waitFor();
  await page.locator('[data-testid="health-queue"]').getByText(parts.find((part) => part.name === 'queue').text).waitFor();
}));

// UI-356
test('preferences: the editor has its own theme', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/preferences`);
  await page.getByTestId('editor-theme').selectOption('dark');
  await page.goto(`${gyr.address}main/flows/new`);
  const editor = page.getByTestId('editor');
  await editor.waitFor();
  assert.equal(await editor.getAttribute('data-theme'), 'dark');
  const [inside, outside] = await page.evaluate(() => [document.querySelector('.cm-editor'), document.body].map((element) => getComputedStyle(element).backgroundColor));
  assert.notEqual(inside, outside);
  await page.getByTestId('toggle-nocode').waitFor();
}));
