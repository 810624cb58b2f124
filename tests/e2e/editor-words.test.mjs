import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const source = `id: words
namespace: company.team

inputs:
  - id: who
    type: STRING
    defaults: you

tasks:
  - id: first
    type: io.kestra.plugin.core.debug.Return
    format: "hello {{ inputs.who }}"
  - id: second
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.first.value }}"
  - id: third
    type: io.kestra.plugin.scripts.python.Script
    disabled: true
    script: |
      def run():
          return 1 # done
`;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow(source);
});
after(() => gyr?.stop());
const text = (page) => page.evaluate(() => [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'));
async function open(page) {
  await page.goto(`${gyr.address}main/flows/edit/company.team/words/edit`);
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
}
const command = async (page, id) => {
  await page.locator('.cm-content').focus();
  await page.keyboard.press('F1');
  await page.getByTestId(`command-${id}`).click();
};

// UI-354
test('expressions: a name that the flow does not have is a warning at its place', () => gyr.page(async (page) => {
  await open(page);
  await page.locator('.cm-line', { hasText: 'outputs.first.value' }).click();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await page.evaluate(() => navigator.clipboard.writeText(' {{ inputs.whom }} {{ outputs.third.x }} {{ 1 | nofilter }} {{ vars.town }} {{ outputs.first.valeu }}'));
  await page.keyboard.press('Control+v');
  const found = page.getByTestId('diagnostic');
  for (const text of ['no input `whom`', 'outputs of `third` are read before', 'Filter [nofilter]', 'The variable town does not exist', 'first has no output valeu']) await found.filter({ hasText: text }).waitFor();
  assert.equal(await page.getByTestId('validity').first().getAttribute('data-state'), 'ok', 'warnings do not keep from saving');
  assert.equal(await page.locator('.cm-lintRange-warning', { hasText: 'town' }).count(), 1);
}));

// UI-358
test('names: rename with its uses, definition, uses, outline', () => gyr.page(async (page) => {
  await open(page);
  await page.locator('.cm-line', { hasText: 'id: first' }).locator('text=first').first().click();
  await page.keyboard.press('F2');
  await page.getByTestId('rename-to').fill('second');
  assert.ok(await page.getByTestId('action-confirm').isDisabled(), 'a name that is taken is refused');
  await page.getByTestId('rename-to').fill('greeting');
  await page.getByTestId('action-confirm').click();
  await page.locator('.cm-line', { hasText: '{{ outputs.greeting.value }}' }).waitFor();
  await page.locator('.cm-line', { hasText: 'id: greeting' }).waitFor();
  await page.keyboard.press('Control+z');
  await page.locator('.cm-line', { hasText: 'id: first' }).waitFor();
  await command(page, 'outline');
  await page.getByTestId('place-who').waitFor();
  await page.getByTestId('places-search').fill('second');
  await page.keyboard.press('Enter');
  await page.locator('.cm-activeLine', { hasText: 'id: second' }).waitFor();
  await page.locator('.cm-line', { hasText: 'id: who' }).locator('text=who').first().click();
  await command(page, 'usages');
  await page.getByTestId('dialog-places').getByText('hello {{ inputs.who }}').click();
  await page.locator('.cm-activeLine', { hasText: 'inputs.who' }).waitFor();
}));

// UI-358
test('extract: the task at the cursor becomes a flow of its own', () => gyr.page(async (page) => {
  await open(page);
  await page.locator('.cm-line', { hasText: 'hello {{ inputs.who }}' }).click();
  await command(page, 'extract');
  await page.getByTestId('dialog-extract').waitFor();
  await page.getByTestId('action-confirm').click();
  await page.locator('.cm-line', { hasText: 'io.kestra.plugin.core.flow.Subflow' }).waitFor();
  const made = await gyr.api('GET', 'flows/company.team/words-first?source=true');
  assert.match(made.source, /format: "hello \{\{ inputs\.who \}\}"/);
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
}));

// UI-357, UI-341, UI-350
test('lines of tasks, actions and scripts', () => gyr.page(async (page) => {
  await open(page);
  await page.locator('.cm-line', { hasText: 'def run' }).locator('.tok-type', { hasText: 'def' }).waitFor();
  await page.locator('.cm-line', { hasText: 'id: second' }).getByTestId('lens-docs').click();
  await page.getByTestId('panel-docs').getByText('core.log.Log').first().waitFor();
  await page.getByTestId('editor-actions').click();
  await page.getByTestId('menu-item-add-trigger').click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('editor-actions').click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('menu-item-export').click()]);
  assert.equal(file.suggestedFilename(), 'words.yaml');
  await page.locator('.cm-line', { hasText: 'namespace: company.team' }).click();
  await page.keyboard.press('Home');
  for (let i = 0; i < 'namespace:'.length; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.type('   ');
  await page.getByTestId('editor-actions').click();
  await page.getByTestId('menu-item-format').click();
  await page.waitForFunction(() => [...document.querySelectorAll('.cm-line')].some((line) => line.textContent === 'namespace: company.team'));
  assert.ok(!(await text(page)).includes('namespace:   '));
}));

// UI-359
test('pin: values of an execution in the box and under the pointer', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'words', { who: 'Ada' });
  await gyr.until(id, 'SUCCESS');
  await open(page);
  await page.getByTestId('action-pin').click();
  await page.getByTestId(`pin-${id}`).check();
  await page.getByTestId('pin-expression').fill('{{ inputs.who }}!');
  await page.getByTestId('action-eval').click();
  await page.getByTestId('pin-result').filter({ hasText: 'Ada!' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('pinned').waitFor();
  await page.locator('.tok-expression', { hasText: 'inputs.who' }).first().hover();
  await page.getByTestId('hover-value').filter({ hasText: 'Ada' }).waitFor();
}));
