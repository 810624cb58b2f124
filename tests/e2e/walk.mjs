// One walk over a part of all pages: axe in the light theme, its contrast in the dark one, and no sideways scrolling at three widths.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axePath, start } from './program.mjs';
import { fill, routes } from './routes.mjs';

const parts = 2;
const wide = { width: 1440, height: 900 };
const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

const scan = (page, where, only) => page.evaluate(async ({ name, runOnly }) => {
  const { violations } = await window.axe.run(document, { runOnly, resultTypes: ['violations'] });
  return violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => `${name}: ${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
}, { name: where, runOnly: only });

// Goes to a page inside of the application, as a link does, and waits until the router is there.
async function visit(page, address) {
  await page.evaluate((to) => {
    window.cameFrom = document.getElementById('content').dataset.at;
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate', { state: null }));
  }, address);
  await page.waitForFunction(() => document.getElementById('content').dataset.at !== window.cameFrom);
}

// The pages ask for nothing that the contract does not have (UI-5).
async function unknownCalls(gyr, calls) {
  const { paths } = await (await fetch(`${gyr.server()}/api/v1/openapi`)).json();
  const known = Object.entries(paths).map(([path, operations]) => [new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`), Object.keys(operations).map((name) => name.toUpperCase())]);
  return [...calls].filter((call) => { const [method, path] = call.split(' '); return !known.some(([pattern, methods]) => methods.includes(method) && pattern.test(path)); }).map((call) => `${call} is not in the contract`);
}

async function look(page, where, found) {
  found.push(...await scan(page, where, rules));
  await page.evaluate(() => { document.documentElement.dataset.theme = 'dark'; });
  found.push(...await scan(page, `${where}, dark`, { type: 'rule', values: ['color-contrast'] }));
  await page.evaluate(() => { document.documentElement.dataset.theme = 'light'; });
}

export function walk(url, part) {
  let gyr;
  let made;
  before(async () => {
    gyr = await start(url);
    made = await fill(gyr);
  });
  after(() => gyr?.stop());
  test(`walk: every page is accessible in both themes and fits at three widths, part ${part}`, () => gyr.page(async (page, context) => {
    // axe is injected by the browser itself: the policy of the page allows no script of others.
    await context.addInitScript({ path: axePath });
    const found = [];
    const calls = new Set();
    page.on('request', (request) => { const { pathname } = new URL(request.url()); if (pathname.startsWith('/api/')) calls.add(`${request.method()} ${pathname}`); });
    await page.goto(`${gyr.address}main/nothing`);
    await page.getByTestId('page-404').waitFor();
    for (const [path, ready] of routes(made).filter((_, i) => i % parts === part - 1)) {
      await visit(page, gyr.address + path);
      await page.locator(ready).first().waitFor();
      assert.equal(await page.locator('h1').count(), 1, `${path} has one title`);
      if (await page.locator('#content [data-testid^="page-"]').count() === 0) found.push(`${path}: the page has no hook`);
      await look(page, path, found);
      for (const [width, height] of [[wide.width, wide.height], [768, 1024], [390, 844]]) {
        await page.setViewportSize({ width, height });
        await page.locator(ready).locator('visible=true').first().waitFor();
        // A chart takes the new width in the frame after the page has it.
        await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth, undefined, { timeout: 1_000 }).catch(() => found.push(`${path}: scrolls sideways at ${width}`));
      }
      await page.setViewportSize(wide);
    }
    if (part === parts) {
      await visit(page, `${gyr.address}main/flows/edit/company.team/inputs/edit`);
      await page.getByTestId('action-execute').click();
      await page.locator('[id="input-text"]').waitFor();
      await look(page, 'the execute dialog', found);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette').getByRole('option').first().waitFor();
      await look(page, 'the palette', found);
    }
    found.push(...await unknownCalls(gyr, calls));
    assert.deepEqual(found, [], found.join('\n'));
  }, { ...wide, allow: [/status of 404/] }));
}
