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
