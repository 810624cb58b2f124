import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { measureWork } from './frames.mjs';
import { start } from './program.mjs';

let gyr;
const lines = 20_000;
// 400 tasks, each under comments: 20,000 lines, about one megabyte.
const source = () => {
  const tasks = 400;
  const comments = lines / tasks - 3;
  const note = `# ${'what this task does and why it does it so '.repeat(1)}`;
  return `id: long\nnamespace: company.team\ntasks:\n${Array.from({ length: tasks }, (_, i) => `${`  ${note}\n`.repeat(comments)}  - id: t${i}\n    type: io.kestra.plugin.core.log.Log\n    message: x\n`).join('')}`;
};
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow(source());
});
after(() => gyr?.stop());

// UI-360, UI-1066: a key press is drawn within a frame that nobody sees; only what is on the screen is in the page.
test('editor-long: a flow of 20,000 lines opens, a key does little work, and it is saved', () => gyr.page(async (page, context) => {
  assert.ok(source().length > 800_000, `${source().length} characters`);
  await page.goto(`${gyr.address}main/flows/edit/company.team/long/edit`);
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  const drawn = await page.locator('.cm-line').count();
  assert.ok(drawn < 300, `${drawn} lines are drawn`);
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.locator('.cm-line', { hasText: 'message: x' }).last().waitFor();
  const work = await measureWork(page, context);
  await page.keyboard.type('yz');
  await page.locator('.cm-line', { hasText: 'message: xyz' }).or(page.locator('.cm-line', { hasText: 'yz' })).first().waitFor();
  const { longest } = await work();
  assert.ok(longest < 100, `a key worked ${Math.round(longest)} ms`);
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('# the end');
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  const saved = page.waitForResponse((answer) => answer.request().method() === 'PUT' && answer.url().includes('/flows/company.team/long'));
  await page.keyboard.press('Control+s');
  assert.equal((await saved).status(), 200);
  assert.ok((await gyr.api('GET', 'flows/company.team/long?source=true')).source.endsWith('# the end'));
}));
