import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const source = (first, second = 'two') => `id: kept\nnamespace: company.team\n\ntasks:\n  - id: first\n    type: io.kestra.plugin.core.log.Log\n    message: ${first}\n\n  - id: second\n    type: io.kestra.plugin.core.log.Log\n    message: ${second}\n`;
const put = (text) => gyr.api('PUT', 'flows/company.team/kept', text, { 'Content-Type': 'application/x-yaml' });
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow(source('one'));
});
after(() => gyr?.stop());
const edit = 'main/flows/edit/company.team/kept/edit';
const valid = (page) => page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
const text = (page) => page.evaluate(() => [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'));
const type = async (page, value) => {
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await page.evaluate((all) => navigator.clipboard.writeText(all), value);
  await page.keyboard.press('Control+v');
};

// UI-384: the server is away, the text is kept, offered with what differs, and saved
test('editor-draft: what was typed without a server is there after a reload', () => gyr.page(async (page) => {
  await page.goto(gyr.address + edit);
  await valid(page);
  await gyr.stopServer();
  await type(page, source('typed while away'));
  await page.getByTestId('draft-kept').waitFor();
  await gyr.restart();
  await page.goto(`${gyr.address}main/plugins`); // leaving the page is asked by the browser alone, and it accepts here
  await page.goto(gyr.address + edit);
  await page.getByTestId('draft').waitFor();
  await page.getByTestId('draft-compare').click();
  await page.getByTestId('line-diff').getByText('typed while away').waitFor();
  await page.getByTestId('draft-restore').click();
  await valid(page);
  await page.getByTestId('action-save').click();
  await page.getByTestId('toast').filter({ hasText: 'Saved as revision 2' }).waitFor();
  assert.match((await gyr.api('GET', 'flows/company.team/kept?source=true')).source, /typed while away/);
  await page.reload();
  await valid(page);
  assert.equal(await page.getByTestId('draft').count(), 0);
}, { allow: [/Failed to load resource/, /Failed to fetch/, /^50\d /] }));

// UI-345, UI-382: both saved; merged, nothing of either is lost
test('editor-two: two pages save the same flow, merging keeps both', () => gyr.page(async (page) => {
  await put(source('one'));
  await page.goto(gyr.address + edit);
  await valid(page);
  await type(page, source('mine'));
  await valid(page);
  await put(source('one', 'theirs'));
  await page.getByTestId('action-save').click();
  await page.getByTestId('dialog-outdated').waitFor();
  await page.getByTestId('dialog-outdated').getByText('theirs').waitFor();
  await page.getByTestId('action-merge').click();
  await valid(page);
  assert.equal(await text(page), source('mine', 'theirs'));
  await page.locator('[data-testid="action-save"]:enabled').click();
  await page.getByTestId('toast').filter({ hasText: 'Saved as revision' }).waitFor();
  assert.equal((await gyr.api('GET', 'flows/company.team/kept?source=true')).source, source('mine', 'theirs'));
}));

// UI-345, UI-382: what is overwritten is what was shown
test('editor-overwrite: a revision that came while the question was open is shown first', () => gyr.page(async (page) => {
  await put(source('one'));
  await page.goto(gyr.address + edit);
  await valid(page);
  await type(page, source('mine'));
  await valid(page);
  await put(source('one', 'theirs'));
  await page.getByTestId('action-save').click();
  const dialog = page.getByTestId('dialog-outdated');
  await dialog.getByText('theirs').waitFor();
  await put(source('one', 'newest'));
  await dialog.getByTestId('action-overwrite').click();
  await dialog.getByText('newest').waitFor();
  assert.equal((await gyr.api('GET', 'flows/company.team/kept?source=true')).source, source('one', 'newest'));
  await dialog.getByTestId('action-overwrite').click();
  await page.getByTestId('toast').filter({ hasText: 'Saved as revision' }).waitFor();
  assert.equal((await gyr.api('GET', 'flows/company.team/kept?source=true')).source, source('mine'));
}));

// UI-344, UI-345: another id is another flow; one that exists is not overwritten without a question
test('editor-names: a changed id is saved as a new flow, an id that is taken asks', () => gyr.page(async (page) => {
  await page.goto(gyr.address + edit);
  await valid(page);
  const before = await text(page);
  await type(page, before.replace('id: kept', 'id: other'));
  await valid(page);
  assert.ok(await page.getByTestId('action-save').isDisabled());
  await page.getByTestId('action-save-as').click();
  await page.waitForURL(/other\/edit$/);
  assert.match((await gyr.api('GET', 'flows/company.team/kept?source=true')).source, /^id: kept/);
  await page.goto(`${gyr.address}main/flows/new?namespace=company.team`);
  await valid(page);
  await type(page, before);
  await page.locator('[data-testid="action-save"]:enabled').click();
  await page.getByTestId('dialog-taken').getByTestId('action-overwrite').click();
  await page.waitForURL(/kept\/edit$/);
}, { allow: [/status of 422/] }));

// UI-340, UI-385: the panes of a person stay: after saving, after a reload, for the next flow
test('editor-layout: panes are moved, resized, and kept', () => gyr.page(async (page) => {
  await page.goto(gyr.address + edit);
  await valid(page);
  await page.getByTestId('toggle-topology').click();
  await page.getByTestId('pane-tab-docs').dragTo(page.getByTestId('pane-topology'), { targetPosition: { x: 150, y: 600 } });
  await page.getByTestId('stack-1-1').waitFor();
  await page.getByTestId('border-c0').focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
  const places = () => page.evaluate(() => [...document.querySelectorAll('[data-testid^="stack-"]')].map((stack) => stack.getAttribute('style')));
  const before = await places();
  assert.equal(before.length, 3);
  await page.reload();
  await valid(page);
  assert.deepEqual(await places(), before);
  await page.goto(`${gyr.address}main/flows/new`);
  await valid(page);
  assert.deepEqual(await places(), before);
  await page.getByTestId('pane-full-topology').click();
  assert.equal(await page.locator('[data-testid^="stack-"]').count(), 1);
  await page.getByTestId('pane-full-topology').click();
  await page.getByTestId('action-reset-layout').click();
  assert.equal(await page.locator('[data-testid^="stack-"]').count(), 2);
}));
