import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';
import { fill, routes } from './routes.mjs';

let gyr;
let made;
before(async () => {
  gyr = await start(import.meta.url);
  made = await fill(gyr);
});
after(() => gyr?.stop());

// UI-1034, UI-1037
test('phone: no page around scrolls sideways, and the menu leads to all of them', () => gyr.page(async (page) => {
  const wide = [];
  for (const [path, ready] of routes(made)) {
    await page.goto(gyr.address + path);
    await page.locator(ready).locator('visible=true').first().waitFor();
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) wide.push(path);
  }
  assert.deepEqual(wide, []);
  await page.goto(`${gyr.address}main/dashboards`);
  await page.getByTestId('menu-more').tap();
  await page.getByTestId('menu-item-triggers').tap();
  await page.getByTestId('page-triggers').waitFor();
}, { width: 390, height: 844, touch: true, allow: [/status of 404/] }));
