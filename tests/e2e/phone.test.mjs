import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow('id: pauses-with-a-rather-long-name-for-a-phone\nnamespace: company.team.with.a.long.namespace\nlabels: {team: sre}\ntasks:\n  - {id: ask, type: io.kestra.plugin.core.flow.Pause}\n  - {id: after, type: io.kestra.plugin.core.log.Log, message: "a long line that does not fit into the width of a phone and has to be wrapped somewhere"}\n');
});
after(() => gyr?.stop());
const narrow = { width: 390, height: 844, touch: true };
const fits = async (page) => assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `the page ${page.url()} scrolls sideways`);

// UI-1034, UI-1037
test('phone: list, run, resume, logs, by touch and without sideways scrolling', () => gyr.page(async (page) => {
  const figures = []; // those beside the entries of the menu, which a phone does not show
  page.on('request', (request) => { if (/triggers\/search\?size=1$/.test(request.url())) figures.push(request.url()); });
  await page.goto(`${gyr.address}main/flows`);
  const card = page.getByTestId('card-pauses-with-a-rather-long-name-for-a-phone');
  await card.waitFor();
  await fits(page);
  await card.tap();
  await page.getByTestId('action-execute').waitFor();
  await fits(page);
  await page.getByTestId('action-execute').tap();
  await page.getByTestId('no-inputs').waitFor();
  await fits(page);
  await page.getByTestId('action-confirm').tap();
  await page.locator('[data-testid="page-execution"][data-state="PAUSED"]').waitFor();
  assert.deepEqual(figures, []);
  await fits(page);
  await page.getByTestId('action-resume').tap();
  await page.getByTestId('dialog-resume').getByTestId('action-confirm').tap();
  await page.locator('[data-testid="page-execution"][data-state="SUCCESS"]').waitFor();
  await page.getByTestId('tab-logs').tap();
  await page.getByText('a long line that does not fit').waitFor();
  await fits(page);
  await page.getByTestId('tab-overview').tap();
  await page.getByTestId('what-happened').waitFor();
  await fits(page);
  await page.getByTestId('menu-executions').tap();
  await page.getByTestId('page-executions').locator('.cards li').first().waitFor();
  await fits(page);
}, narrow));

test('phone: at 320 pixels reading pages still fit', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows`);
  await page.locator('.cards li').first().waitFor();
  await fits(page);
  await page.goto(`${gyr.address}main/executions`);
  await page.locator('.cards li').first().waitFor();
  await fits(page);
}, { ...narrow, width: 320 }));

// UI-1034
test('phone: the menu leads to the pages that the bar does not show', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/dashboards`);
  await page.getByTestId('menu-more').tap();
  await page.getByTestId('menu-item-triggers').tap();
  await page.getByTestId('page-triggers').waitFor();
}, narrow));
