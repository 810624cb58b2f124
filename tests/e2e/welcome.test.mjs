import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => { gyr = await start(import.meta.url); });
after(() => gyr?.stop());

// UI-101: a flow of somebody else that has the name is neither overwritten nor deleted
test('tour: a flow with its name that somebody else wrote stays', () => gyr.page(async (page) => {
  const own = 'id: hello\nnamespace: tutorial\ntasks:\n  - {id: mine, type: io.kestra.plugin.core.log.Log, message: mine}\n';
  await gyr.flow(own);
  const { id } = await gyr.execute('tutorial', 'hello');
  await gyr.until(id, 'SUCCESS');
  await page.goto(`${gyr.address}main/welcome`);
  await page.getByTestId('action-run-hello').click();
  await page.getByTestId('toast').filter({ hasText: 'hello in the namespace tutorial is not the one of the tour' }).waitFor();
  // Also where the tour had begun before.
  await page.evaluate(() => localStorage.setItem('gyr.onboarding', JSON.stringify({ state: 'open', tour: true, done: 1, last: '', failed: '' })));
  await page.reload();
  await page.getByTestId('tour-remove').click();
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('toast').filter({ hasText: 'Not removed' }).filter({ hasText: 'hello' }).waitFor();
  assert.equal((await gyr.api('GET', 'flows/tutorial/hello?source=true')).source, own);
  assert.equal((await gyr.api('GET', `executions/${id}`)).state.current, 'SUCCESS');
  await gyr.api('DELETE', 'flows/tutorial/hello');
  await gyr.api('DELETE', `executions/${id}`);
}));

// UI-100, UI-101, UI-103, UI-40
test('welcome: the first flow runs on the page; the tour goes to its end and cleans up; skipped once, it stays away', () => gyr.page(async (page) => {
  await page.goto(gyr.address);
  await page.waitForURL(/\/main\/welcome$/);
  await page.getByTestId('menu-welcome').waitFor();
  await page.getByTestId('action-run-hello').click();
  const begin = Date.now();
  await page.getByTestId('hello').locator('[data-testid="state"][data-state="SUCCESS"]').waitFor();
  await page.getByTestId('hello-line').nth(1).filter({ hasText: 'Hello World!' }).waitFor();
  assert.ok(Date.now() - begin < 3000, 'the flow has run within three seconds');
  const tour = page.getByTestId('tour');
  const at = (step) => page.locator(`[data-testid="tour"][data-step="${step}"]`).waitFor();
  await at(2);
  // From a reloaded page on: what is done is kept.
  await page.reload();
  await at(2);
  await page.getByTestId('tour-next').click();
  await page.getByTestId('run-tell').waitFor();
  await at(3);
  await page.getByTestId('tour-next').click();
  await page.getByTestId('root-cause').getByText('The disk is full').first().waitFor();
  await page.getByRole('button', { name: 'Fix it' }).click();
  await page.getByTestId('diff').waitFor();
  await at(4);
  await page.getByTestId('tour-next').click();
  await page.locator('[data-testid="page-execution"][data-state="SUCCESS"]').waitFor();
  await page.getByTestId('tour-next').click();
  await page.getByText('the tour').first().waitFor();
  await at(6);
  await page.getByTestId('tour-next').click();
  await page.locator('tbody tr', { hasText: 'hello-follower' }).locator('[data-state="SUCCESS"]').first().waitFor();
  assert.equal(await tour.locator('li[data-done]').count(), 6);
  assert.equal((await gyr.api('GET', 'flows/search?filters[namespace][EQUALS]=tutorial')).total, 2);
  await page.getByTestId('tour-remove').click();
  await page.getByTestId('action-confirm').click();
  await page.getByText('The flows of the tour are removed').waitFor();
  await tour.waitFor({ state: 'detached' });
  assert.equal((await gyr.api('GET', 'flows/search')).total, 0);
  assert.equal((await gyr.api('GET', 'executions/search?filters[namespace][EQUALS]=tutorial')).total, 0);
  await page.goto(gyr.address);
  await page.waitForURL(/\/main\/dashboards$/);
  assert.equal(await page.getByTestId('menu-welcome').count(), 0);
}));
