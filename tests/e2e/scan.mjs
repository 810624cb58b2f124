// axe over a part of the pages around. In the dark theme only what differs is looked at: the contrast.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axePath, start } from './program.mjs';
import { fill, routes } from './routes.mjs';

export function scan(url, theme, part) {
  let gyr;
  let made;
  before(async () => {
    gyr = await start(url);
    made = await fill(gyr);
  });
  after(() => gyr?.stop());
  test(`access: no serious finding of axe on the pages around, ${theme}, part ${part}`, () => gyr.page(async (page, context) => {
    await context.addInitScript({ path: axePath });
    const found = [];
    for (const [path, ready] of routes(made).filter((_, i) => i % 2 === part - 1)) {
      await page.goto(gyr.address + path);
      await page.locator(ready).first().waitFor();
      const serious = await page.evaluate(async (dark) => {
        const { violations } = await window.axe.run(document, { runOnly: dark ? { type: 'rule', values: ['color-contrast'] } : ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] });
        return violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
      }, theme === 'dark');
      found.push(...serious.map((one) => `${path}: ${one}`));
      assert.equal(await page.locator('h1').count(), 1, `${path} has one title`);
    }
    assert.deepEqual(found, [], found.join('\n'));
  }, { theme, allow: [/status of 404/] }));
}
