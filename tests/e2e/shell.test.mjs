import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const flow = (id, namespace) => `id: ${id}\nnamespace: ${namespace}\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n`;
before(async () => {
  gyr = await start(import.meta.url);
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
  await page.getByText('There is no such execution').waitFor();
  await page.goto(`${gyr.address}main/flows/edit/infra.compute/nope`);
  await page.getByText('There is no flow nope').waitFor();
}, { allow: [/status of 404/] }));
