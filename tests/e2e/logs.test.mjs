import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const script = (id, commands) => `id: ${id}\nnamespace: company.team\ntasks:\n  - id: write\n    type: io.kestra.plugin.scripts.shell.Commands\n    taskRunner: {type: io.kestra.plugin.core.runner.Process}\n    commands:\n${commands.map((command) => `      - ${JSON.stringify(command)}\n`).join('')}`;
const many = 20_000;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow(script('many', [`seq -f 'line %.0f of the log' 1 ${many}`, "printf '\\033[32mgreen\\033[0m <b>not bold</b> needle\\n'", "echo 'to stderr needle' >&2"]));
  await gyr.flow(script('follow', ["for second in 1 2 3 4 5; do seq -f \"$second:%.0f\" 1 1000; sleep 1; done"]));
});
after(() => gyr?.stop());

// UI-650, UI-651, UI-655
test('logs: levels, search, the last match, a link to a line', () => gyr.page(async (page, context) => {
  const { id } = await gyr.execute('company.team', 'many');
  await gyr.until(id, 'SUCCESS', 'WARNING', 'FAILED');
  const lines = await gyr.api('GET', `logs/${id}`);
  const expected = lines.filter((line) => line.message.includes('needle') && !['DEBUG', 'TRACE'].includes(line.level)).length;
  assert.ok(expected >= 2);
  await page.goto(`${gyr.address}main/executions/company.team/many/${id}/logs`);
  await page.locator('.l').first().waitFor();
  assert.ok((await page.locator('[data-testid^="log-"][data-at]').count()) < 120, 'only lines in view are elements');
  await page.getByTestId('log-search').fill('needle');
  await page.getByTestId('log-matches').getByText(`1 of ${expected}`).waitFor();
  const begin = Date.now();
  await page.getByTestId('log-search').press('Shift+Enter');
  await page.locator('mark.on').first().waitFor();
  assert.ok(Date.now() - begin < 1000, 'the last match is shown within a second');
  const green = page.locator('.l', { hasText: 'not bold' });
  await green.waitFor();
  assert.equal(await green.locator('.a-green').innerText(), 'green');
  assert.ok((await green.innerText()).includes('<b>not bold</b>'));
  const number = Number(await green.locator('.no').innerText());
  await green.locator('.no').click();
  await page.getByTestId('toast').filter({ hasText: 'Copied' }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, new RegExp(`line=${number}&level=INFO$`));
  const other = await context.newPage();
  await other.goto(link);
  await other.locator(`[data-testid="log-${number}"].at`).waitFor();
  assert.ok(await other.locator(`[data-testid="log-${number}"]`).isVisible());
  await page.getByTestId('segment-ERROR').click();
  const errors = lines.filter((line) => line.level === 'ERROR').length;
  await page.waitForFunction((count) => document.querySelectorAll('.l').length === count, errors);
}));

// UI-653, UI-655
test('logs-follow: no line lost, doubled or out of order; scrolling up lets go, the pill follows again', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'follow');
  await page.goto(`${gyr.address}main/executions/company.team/follow/${id}/logs`);
  await page.evaluate(() => {
    window.longest = 0;
    let last = performance.now();
    const frame = (now) => { window.longest = Math.max(window.longest, now - last); last = now; window.frames = requestAnimationFrame(frame); };
    window.frames = requestAnimationFrame((now) => { last = now; frame(now); });
  });
  const grown = (count) => page.waitForFunction((lines) => parseInt(document.querySelector('[data-testid="log-list"] .space')?.style.height ?? '0', 10) > lines * 20, count, { timeout: 15_000 });
  await grown(2000);
  const list = page.getByTestId('log-list');
  await list.hover();
  // A browser that is busy with 1,000 lines per second can drop one turn of the wheel; people turn it again.
  const pill = page.getByTestId('action-follow');
  for (let turn = 0; turn < 5 && !(await pill.isVisible()); turn++) {
    await page.mouse.wheel(0, -4000);
    await pill.waitFor({ timeout: 3_000 }).catch(() => undefined);
  }
  await pill.waitFor();
  const top = await list.evaluate((box) => box.scrollTop);
  await grown(3500);
  assert.ok(Math.abs((await list.evaluate((box) => box.scrollTop)) - top) < 40, 'what is read stays in place');
  await page.getByTestId('action-follow').click();
  await page.locator('.l', { hasText: '5:1000' }).waitFor({ timeout: 15_000 });
  await page.locator('[data-testid="page-execution"][data-state="SUCCESS"]').waitFor();
  const longest = await page.evaluate(() => { cancelAnimationFrame(window.frames); return window.longest; });
  await list.evaluate((box) => box.scrollTo(0, 0));
  await page.locator('.l', { hasText: /1:1$/ }).waitFor();
  const server = (await gyr.api('GET', `logs/${id}`)).map((line) => line.message).filter((message) => /^\d:\d+$/.test(message));
  assert.deepEqual(server, [1, 2, 3, 4, 5].flatMap((second) => Array.from({ length: 1000 }, (_, i) => `${second}:${i + 1}`)));
  const seen = new Map();
  const total = await list.evaluate((box) => box.scrollHeight);
  const step = await list.evaluate((box) => box.clientHeight - 60);
  for (let at = 0; at <= total; at += step) {
    for (const [number, text] of await list.evaluate((box, place) => { box.scrollTo(0, place); return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve([...box.querySelectorAll('.l')].map((line) => [Number(line.querySelector('.no').textContent), line.querySelector('.ms').textContent]))))); }, at)) seen.set(number, text);
  }
  assert.deepEqual([...seen].sort((left, right) => left[0] - right[0]).map(([, text]) => text).filter((text) => /^\d:\d+$/.test(text)), server);
  console.log(`# longest frame while following: ${Math.round(longest)} ms`);
}));
