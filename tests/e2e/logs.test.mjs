import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { measureWork } from './frames.mjs';
import { start } from './program.mjs';

let gyr;
const script = (id, commands) => `id: ${id}\nnamespace: company.team\ntasks:\n  - id: write\n    type: io.kestra.plugin.scripts.shell.Commands\n    taskRunner: {type: io.kestra.plugin.core.runner.Process}\n    commands:\n${commands.map((command) => `      - ${JSON.stringify(command)}\n`).join('')}`;
const many = 200_000;
const last = (lines) => lines[lines.length - 1];
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow(script('many', [`seq -f 'line %.0f of the log' 1 ${many}`, "printf '\\033[32mgreen\\033[0m <b>not bold</b> needle\\n'", "echo 'to stderr needle' >&2"]));
  const lines = (pause) => [`for part in 1 2 3 4 5; do seq -f "$part:%.0f" 1 1000; sleep ${pause}; done`];
  await gyr.flow(script('follow', lines(3)));
  // Its lines come when the page is ready.
  await gyr.flow(script('pace', lines(1)).replace('tasks:\n', 'tasks:\n  - {id: begin, type: io.kestra.plugin.core.log.Log, message: begin}\n  - {id: hold, type: io.kestra.plugin.core.flow.Pause}\n'));
  await gyr.flow(`id: groups\nnamespace: company.team\ntasks:\n  - id: each\n    type: io.kestra.plugin.core.flow.ForEach\n    values: [${Array.from({ length: 40 }, (_, i) => i + 1).join(', ')}]\n    tasks:\n      - id: say\n        type: io.kestra.plugin.core.log.Log\n        message: "first\\nsecond of {{ taskrun.value }}"\n`);
});
after(() => gyr?.stop());

// UI-652, UI-655, UI-1064
test('logs: of 200,000 lines only windows are read; levels, the last match, a link to a line', () => gyr.page(async (page, context) => {
  const { id } = await gyr.execute('company.team', 'many');
  await gyr.until(id, 'SUCCESS', 'WARNING', 'FAILED');
  const profile = await gyr.api('GET', `logs/${id}/profile?buckets=1&minLevel=INFO&q=needle`);
  assert.ok(profile.total > many && profile.matches >= 2);
  const { lines: [needle] } = await gyr.api('GET', `logs/${id}/window?at=last&size=1&minLevel=INFO&q=needle`);
  const read = [];
  page.on('response', (answer) => { if (/\/logs\/[^/?]+(\?|$)/.test(answer.url())) read.push(answer.url()); });
  await page.goto(`${gyr.address}main/executions/company.team/many/${id}/logs`);
  await page.locator('.l .ms').first().waitFor();
  assert.ok((await page.locator('.l').count()) < 120, 'only lines in view are elements');
  await page.getByTestId('segment-INFO').getByText((profile.levels.INFO).toLocaleString('en-GB')).waitFor();
  await page.getByTestId('log-search').fill('needle');
  await page.getByTestId('log-matches').getByText(`of ${profile.matches}`).waitFor();
  await page.locator('mark.on').first().waitFor();
  await page.getByTestId('log-search').press('Shift+Enter');
  await page.locator('mark.on').first().waitFor();
  const begin = Date.now();
  await page.getByTestId('log-search').press('Shift+Enter');
  await page.getByTestId('log-matches').getByText(`${profile.matches} of`).or(page.getByTestId('log-matches').getByText(`${profile.matches - 1} of`)).waitFor();
  await page.locator('mark.on').first().waitFor();
  assert.ok(Date.now() - begin < 1000, 'a match at the other end is shown within a second');
  // Which of the two comes last differs: they are written to two streams.
  await page.getByTestId('log-search').fill('not bold');
  await page.getByTestId('log-matches').getByText('1 of 1').waitFor();
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
  await other.close();
  await page.getByTestId('segment-WARN').click();
  const warned = (profile.levels.ERROR ?? 0) + (profile.levels.WARN ?? 0);
  await page.waitForFunction((count) => document.querySelectorAll('.l:not(.gap)').length === count, warned);
  await page.getByTestId('log-search').fill('stderr +needle');
  await page.getByTestId('action-regex').click();
  await page.getByTestId('log-matches').getByText('1 of 1').waitFor();
  await page.getByTestId('log-search').fill('stderr (');
  await page.getByText('Not a regular expression').waitFor();
  assert.deepEqual(read, [], 'the whole log is never read');
  assert.ok(needle.n > 0);
}, { allow: [/status of 422/] }));

// UI-650
test('logs: groups by task run, folded and unfolded, in the order of their first lines', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'groups');
  await gyr.until(id, 'SUCCESS', 'WARNING', 'FAILED');
  const { runs } = await gyr.api('GET', `logs/${id}/profile?buckets=1&minLevel=INFO`);
  assert.ok(runs.length >= 40);
  await page.goto(`${gyr.address}main/executions/company.team/groups/${id}/logs`);
  const heads = page.locator('.grp');
  await page.locator('.l:not(.gap)').first().waitFor();
  await heads.first().getByRole('button').click();
  await page.waitForFunction(() => document.querySelector('[data-testid="log-list"] .window').children[1]?.classList.contains('grp'));
  await page.getByTestId('log-list').evaluate((box) => box.scrollTo(0, box.scrollHeight));
  const end = last((await gyr.api('GET', `logs/${id}/window?at=last&size=1000&minLevel=INFO&taskRunId=${last(runs).taskRunId}`)).lines);
  await page.getByTestId(`log-${end.n}`).waitFor();
  await page.getByTestId('segment-ERROR').click();
  await page.getByText('lower level').waitFor();
}));

// UI-653, UI-655
test('logs-follow: no line lost, doubled or out of order; scrolling up lets go, the pill follows again', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'follow');
  await page.goto(`${gyr.address}main/executions/company.team/follow/${id}/logs`);
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
  await list.evaluate((box) => box.scrollTo(0, 0));
  await page.locator('.l', { hasText: /1:1$/ }).waitFor();
  const server = (await gyr.api('GET', `logs/${id}`)).map((line) => line.message).filter((message) => /^\d:\d+$/.test(message));
  assert.deepEqual(server, [1, 2, 3, 4, 5].flatMap((second) => Array.from({ length: 1000 }, (_, i) => `${second}:${i + 1}`)));
  const seen = new Map();
  const total = await list.evaluate((box) => box.scrollHeight);
  const step = await list.evaluate((box) => box.clientHeight - 60);
  for (let at = 0; at <= total; at += step) {
    const lines = await list.evaluate((box, place) => {
      box.scrollTo(0, place);
      return new Promise((resolve) => {
        const look = () => (box.querySelector('.gap') ? requestAnimationFrame(look) : resolve([...box.querySelectorAll('.l')].map((line) => [Number(line.querySelector('.no').textContent), line.querySelector('.ms').textContent])));
        requestAnimationFrame(() => requestAnimationFrame(look));
      });
    }, at);
    for (const [number, text] of lines) seen.set(number, text);
  }
  assert.deepEqual([...seen].sort((left, right) => left[0] - right[0]).map(([, text]) => text).filter((text) => /^\d:\d+$/.test(text)), server);
}));

// UI-655, UI-1000, UI-1003
test('logs-pace: while 1,000 lines per second arrive, the page never works longer than 50 ms; they come by the stream alone', () => gyr.page(async (page, context) => {
  const reads = [];
  await page.goto(`${gyr.address}main/executions`);
  await page.getByTestId('page-executions').waitFor();
  const { id } = await gyr.execute('company.team', 'pace');
  await gyr.until(id, 'PAUSED');
  await page.goto(`${gyr.address}main/executions/company.team/pace/${id}/logs`);
  await page.locator('.l .ms').first().waitFor();
  page.on('request', (request) => { if (/\/window\?/.test(request.url())) reads.push(request.url()); });
  const worked = await measureWork(page, context);
  const lines = () => page.getByTestId('log-list').locator('.space').evaluate((space) => parseInt(space.style.height, 10) / 20);
  const before = await lines();
  await gyr.api('POST', `executions/${id}/resume`, new FormData());
  await page.locator('.l', { hasText: '5:1000' }).waitFor({ timeout: 15_000 });
  const shown = (await lines()) - before;
  const { tasks, longest, late } = await worked();
  console.log(`# ${shown} lines in ${tasks} tasks, the longest ${Math.round(longest)} ms of the processor, ${Math.round(late)} ms by the clock`);
  assert.ok(shown > 1000, 'it was measured while lines came');
  assert.ok(longest <= 50, `the page works ${longest} ms at one go`);
  assert.deepEqual(reads, []);
}));
