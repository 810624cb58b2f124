import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => {
  gyr = await start(import.meta.url, { base: '/flows/' });
  await gyr.flow('id: a\nnamespace: b.c\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n');
});
after(() => gyr?.stop());

// UI-3, UI-12
test('base-path: a deep link and a reload stay below the base path', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows/edit/b.c/a/edit`);
  await page.getByTestId('editor').waitFor();
  await page.reload();
  await page.locator('[data-testid="validity"][data-state="ok"]').waitFor();
  await page.getByTestId('menu-executions').click();
  await page.getByTestId('page-executions').waitFor();
  assert.ok(new URL(page.url()).pathname.startsWith('/flows/ui/main/executions'));
}));
