import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const source = 'id: hello\nnamespace: company.team\n\ntasks:\n  - id: first\n    type: io.kestra.plugin.core.log.Log\n    message: hi\n';
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow(source);
});
after(() => gyr?.stop());
const paste = async (page, value) => {
  await page.evaluate((all) => navigator.clipboard.writeText(all), value);
  await page.keyboard.press('Control+v');
};
const text = (page) => page.evaluate(() => [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'));

// UI-343, UI-352, UI-353, UI-380
test('editor-fix: completion with required properties, a problem with its fix, save', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows/edit/company.team/hello/edit`);
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('  - id: second\ntype: http req');
  await page.locator('.cm-tooltip-autocomplete li', { hasText: 'io.kestra.plugin.core.http.Request' }).first().waitFor();
  await page.locator('.cm-tooltip-autocomplete li', { hasText: 'io.kestra.plugin.core.http.Request' }).first().click();
  await page.waitForFunction(() => document.querySelector('.cm-content').innerText.includes('uri:'));
  await page.keyboard.type('http://127.0.0.1:1/');
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('metod: GET');
  const problem = page.locator('[data-testid="diagnostic"][data-code="GYR-F014"]');
  await problem.waitFor();
  await problem.getByTestId('action-fix').click();
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  assert.ok((await text(page)).includes('    method: GET'));
  assert.ok(!(await text(page)).includes('metod'));
  await page.keyboard.press('Control+s');
  await page.getByTestId('toast').filter({ hasText: 'Saved as revision 2' }).waitFor();
  assert.equal(await page.getByTestId('revision').innerText(), 'revision 2');
  const saved = await gyr.api('GET', 'flows/company.team/hello?source=true');
  assert.equal(saved.revision, 2);
  assert.ok(saved.source.includes('uri: http://127.0.0.1:1/') && saved.source.includes('method: GET'));
  await page.keyboard.press('Control+z');
  assert.ok((await text(page)).includes('metod'), 'undo reaches behind the save');
}));

// UI-342, UI-381
test('editor-broken: broken text is said with its place, undo repairs it', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows/edit/company.team/hello/edit`);
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  const before = await text(page);
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await paste(page, 'id: hello\nnamespace: company.team\ntasks: [');
  const problem = page.getByTestId('diagnostic').first();
  await problem.waitFor();
  assert.match(await problem.innerText(), /not closed/);
  assert.ok(await page.getByTestId('action-save').isDisabled());
  await page.locator('.cm-content').focus();
  await page.keyboard.press('Control+z');
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  assert.equal(await text(page), before);
}));

// UI-50, UI-266, UI-343
test('editor-new: a new flow is created, leaving with unsaved text asks', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows`);
  await page.getByTestId('action-create').click();
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await paste(page, 'id: made\nnamespace: company.team\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n');
  await page.getByTestId('menu-flows').click();
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click();
  assert.ok(page.url().endsWith('/flows/new'));
  await page.locator('[data-testid="action-save"]:enabled').click();
  await page.getByTestId('page-flow').waitFor();
  assert.ok(page.url().endsWith('/flows/edit/company.team/made/edit'));
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  assert.ok((await text(page)).startsWith('id: made'));
}));

// UI-382 in its first form: nothing is overwritten silently
test('editor-newer: a revision saved elsewhere is said and can be loaded', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows/edit/company.team/made/edit`);
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  await gyr.api('PUT', 'flows/company.team/made', 'id: made\nnamespace: company.team\ntasks:\n  - {id: other, type: io.kestra.plugin.core.log.Log, message: x}\n', { 'Content-Type': 'application/x-yaml' });
  await page.getByTestId('action-reload').waitFor({ timeout: 15_000 });
  await page.getByTestId('action-reload').click();
  await page.waitForFunction(() => document.querySelector('.cm-content').innerText.includes('id: other'));
}));

// UI-350, UI-351, UI-353 to 356, UI-383
test('editor-expr: completion in expressions, keys and values; an unknown task is a warning with its place; hover and commands', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows/edit/company.team/hello/edit`);
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await paste(page, 'id: hello\nnamespace: company.team\ntasks:\n  - id: fetch\n    type: io.kestra.plugin.core.http.Request\n    uri: http://127.0.0.1:1/\n  - id: say\n    type: io.kestra.plugin.core.log.Log\n    message: ');
  const option = (text) => page.locator('.cm-tooltip-autocomplete li').filter({ hasText: new RegExp(`^${text}`) }).first();
  await page.keyboard.type('"{{ outputs.');
  await option('fetch').waitFor();
  await option('fetch').click();
  await page.keyboard.type('.');
  await option('body').waitFor();
  await option('body').click();
  await page.waitForFunction(() => document.querySelector('.cm-content').innerText.includes('outputs.fetch.body'));
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.keyboard.type('lev');
  await option('level').click();
  await page.keyboard.press('Control+Space');
  await option('WARN').click();
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  assert.match(await text(page), / {4}message: "\{\{ outputs\.fetch\.body\}\}"\n {4}level: WARN$/);
  await page.keyboard.press('Enter');
  await page.keyboard.type('runIf: "{{ outputs.nope.x ');
  const warning = page.locator('[data-testid="diagnostic"][data-severity="warning"]').first();
  await warning.waitFor();
  assert.match(await warning.innerText(), /nope[^]*11:/);
  await page.locator('.cm-line', { hasText: 'message:' }).locator('.tok-key').first().hover();
  await page.getByTestId('hover').filter({ hasText: 'message' }).waitFor();
  await page.locator('.cm-content').focus();
  await page.keyboard.press('F1');
  await page.getByTestId('editor-size').fill('20');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => getComputedStyle(document.querySelector('.cm-scroller')).fontSize === '20px');
}));

// UI-370, UI-371
test('editor-beside: documentation is searched, tasks of a blueprint come into the flow', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows/edit/company.team/hello/edit`);
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  await page.getByTestId('docs-search').fill('flow.Sleep');
  await page.getByTestId('docs-io.kestra.plugin.core.flow.Sleep').click();
  await page.getByTestId('panel-docs').getByText('duration', { exact: true }).waitFor();
  await page.getByTestId('toggle-blueprints').click();
  await page.getByTestId('pick-approval').click();
  await page.getByTestId('blueprint-source').waitFor();
  const before = await text(page);
  await page.getByTestId('blueprint-insert').click();
  await page.waitForFunction((had) => document.querySelectorAll('.cm-line').length > had, before.split('\n').length);
  assert.ok((await text(page)).startsWith('id: hello\n'));
  await page.getByTestId('blueprint-replace').click();
  await page.getByTestId('action-confirm').click();
  await page.waitForFunction(() => !document.querySelector('.cm-content').innerText.startsWith('id: hello'));
}));
