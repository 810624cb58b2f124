import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const source = `id: writes
namespace: company.team

tasks:
  # says it first
  - id: first
    type: io.kestra.plugin.core.log.Log
    message: hi # for now
  - id: second
    type: io.kestra.plugin.core.debug.Return
    format: "{{ outputs.first }}"
    unheard: 1
`;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow(source.replace('    unheard: 1\n', ''));
});
after(() => gyr?.stop());
const text = (page) => page.evaluate(() => [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'));
const valid = (page) => page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
const has = (page, words) => page.waitForFunction((wanted) => [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n').includes(wanted), words);
const open = async (page, path) => {
  await page.goto(gyr.address + path);
  await valid(page);
  await page.getByTestId('toggle-nocode').click();
  await page.getByTestId('outline').waitFor();
};
const property = (page, name) => page.locator(`[data-testid="prop-${name}"]`);

// UI-340, UI-420 to 422, UI-425
test('nocode: a flow is written by forms alone, a comment from the code stays, it is saved and runs', () => gyr.page(async (page) => {
  await open(page, 'main/flows/new?namespace=company.team');
  await page.getByTestId('outline-about').click();
  await page.locator('#nc-id').fill('by-forms');
  await page.locator('#nc-description').fill('Says hello\nand more');
  await page.getByTestId('add-inputs').click();
  await page.getByTestId('type-search').fill('int');
  await page.getByTestId('type-INT').click();
  await page.locator('#nc-inputs\\.0\\.id').fill('count');
  await page.locator('#nc-inputs\\.0\\.min').fill('3');
  await page.getByTestId('add-tasks').click();
  await page.getByTestId('type-search').fill('debug return');
  await page.keyboard.press('Enter');
  await page.locator('#nc-tasks\\.1\\.format').fill('{{ inputs.count }}');
  await page.getByTestId('actions-return').click();
  await page.getByTestId('menu-item-up').click();
  await page.getByTestId('outline-hello').getByRole('button', { name: 'hello', exact: true }).click();
  await page.getByTestId('more-every').locator('> summary').click();
  await property(page, 'allowFailure').getByRole('button', { name: 'Yes' }).click();
  await property(page, 'retry').getByTestId('prop-type').selectOption('constant');
  await page.locator('#nc-tasks\\.1\\.retry\\.maxAttempts').fill('2');
  await page.locator('[data-path="tasks.1.retry.interval"]').getByLabel('Seconds').fill('5');
  await page.locator('[data-path="tasks.1.retry.interval"]').getByLabel('Seconds').blur();
  await valid(page);
  assert.equal(await text(page), `id: by-forms
namespace: company.team
description: |-
  Says hello
  and more

inputs:
  - id: count
    type: INT
    min: 3

tasks:
  - id: return
    type: io.kestra.plugin.core.debug.Return
    format: "{{ inputs.count }}"
  - id: hello
    type: io.kestra.plugin.core.log.Log
    message: Hello from {{ flow.id }}
    allowFailure: true
    retry:
      type: constant
      maxAttempts: 2
      interval: PT5S
`);
  await page.getByTestId('action-save').click();
  await page.getByTestId('page-flow').waitFor();
  await page.getByTestId('outline').waitFor(); // the first save keeps the panes
  const { id } = await gyr.execute('company.team', 'by-forms', { count: '4' });
  await gyr.until(id, 'SUCCESS');
}));

// UI-342, UI-422, UI-423, UI-425
test('nocode: comments, unknown keys and expressions stay; a wrong value is said and written; broken text locks the forms', () => gyr.page(async (page) => {
  await open(page, 'main/flows/edit/company.team/writes/edit');
  await page.getByTestId('outline-first').getByRole('button', { name: 'first', exact: true }).click();
  await page.locator('#nc-tasks\\.0\\.message').fill('other');
  await has(page, '    message: other # for now');
  await property(page, 'message').getByTestId('prop-reset').waitFor({ state: 'detached' }); // a required one is not reset
  await page.locator('#nc-tasks\\.0\\.id').fill('no good');
  await property(page, 'id').getByTestId('prop-error').waitFor();
  await has(page, 'id: no good');
  await page.locator('[data-testid="validity"][data-state="error"]').waitFor();
  assert.ok(await page.getByTestId('action-save').isDisabled());
  await page.locator('#nc-tasks\\.0\\.id').fill('first');
  await valid(page);
  assert.ok((await text(page)).includes('  # says it first\n  - id: first\n'));
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('    unheard: 1');
  await page.getByTestId('outline-second').getByRole('button', { name: 'second', exact: true }).click();
  await page.getByTestId('more-others').locator('textarea').waitFor();
  assert.equal(await page.getByTestId('more-others').locator('textarea').inputValue(), '1');
  await page.getByTestId('actions-second').click();
  await page.getByTestId('menu-item-up').click();
  await page.getByTestId('toast').filter({ hasText: 'second uses the output of first' }).waitFor();
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('\nbroken: [');
  await page.getByTestId('nocode-broken').waitFor();
  assert.equal(await page.getByTestId('add-tasks').count(), 0);
}));

// UI-420, UI-424
test('nocode: nested tasks, pasted YAML, duplicate, delete, undo in one history', () => gyr.page(async (page) => {
  await open(page, 'main/flows/edit/company.team/writes/edit');
  const before = await text(page);
  await page.getByTestId('add-tasks').click();
  await page.getByTestId('action-paste').click();
  await page.getByTestId('paste-yaml').fill('- id: choose\n  type: io.kestra.plugin.core.flow.If\n  condition: "{{ true }}"\n  then:\n    - {id: yes, type: io.kestra.plugin.core.log.Log, message: x}');
  await page.getByTestId('dialog-type-picker').getByTestId('action-confirm').click();
  await page.getByTestId('outline-yes').waitFor();
  await page.getByTestId('add-to-else').click();
  await page.getByTestId('type-search').fill('log.Log');
  await page.keyboard.press('Enter');
  await page.locator('#nc-tasks\\.2\\.else\\.0\\.message').fill('no');
  await valid(page);
  await page.getByTestId('actions-choose').click();
  await page.getByTestId('menu-item-duplicate').click();
  await page.getByTestId('outline-yes_copy').waitFor();
  await valid(page);
  await page.getByTestId('actions-choose_copy').click();
  await page.getByTestId('menu-item-delete').click();
  await page.getByTestId('outline-yes_copy').waitFor({ state: 'detached' });
  await page.locator('.cm-content').focus();
  for (let i = 0; i < 12 && (await text(page)) !== before; i++) await page.keyboard.press('Control+z');
  assert.equal(await text(page), before);
}));
