import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => { gyr = await start(import.meta.url); });
after(() => gyr?.stop());

// UI-1032, UI-902
test('language: each changes the menu, the dates and the attribute, and stays after a reload', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/preferences`);
  const select = page.getByTestId('language');
  await select.waitFor();
  const offered = (await select.locator('option').evaluateAll((all) => all.map((one) => one.value))).filter((value) => value !== '');
  assert.ok(offered.includes('de') && offered.includes('en'), offered.join());
  const texts = new Set();
  for (const language of offered) {
    await select.selectOption(language);
    await page.locator(`html[lang="${language.replace('_', '-')}"]`).waitFor();
    texts.add(await page.getByTestId('menu-executions').getAttribute('aria-label'));
    assert.equal(await select.inputValue(), language);
  }
  assert.ok(texts.size > offered.length / 2, [...texts].join());
  await select.selectOption('de');
  await page.locator('html[lang="de"]').waitFor();
  await page.reload();
  await page.locator('html[lang="de"]').waitFor();
  await page.getByTestId('menu-executions').getByText('Ausführungen').waitFor();
  await page.getByTestId('language').selectOption('');
  await page.locator('html[lang="en"]').waitFor();
}));

// UI-1032
test('language: a phone and a narrow page hold the longer words', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/preferences`);
  await page.getByTestId('language').selectOption('de');
  await page.locator('html[lang="de"]').waitFor();
  for (const path of ['dashboards', 'flows', 'executions', 'admin/triggers', 'preferences']) {
    await page.goto(`${gyr.address}main/${path}`);
    await page.locator('h1').waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${path} is ${wide} px too wide`);
  }
}, { width: 390, height: 844, touch: true }));
