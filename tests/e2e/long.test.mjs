// An execution with far more task runs than a page shows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const many = 6000;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow(`id: many\nnamespace: company.team\ntasks:\n  - id: each\n    type: io.kestra.plugin.core.flow.ForEach\n    values: "{{ range(1, ${many}) }}"\n    tasks:\n      - {id: back, type: io.kestra.plugin.core.debug.Return, format: "{{ taskrun.value }}"}\n  - {id: done, type: io.kestra.plugin.core.log.Log, message: done}\n`);
});
after(() => gyr?.stop());

// UI-641, UI-1064
test('long: of many task runs only those that are looked at are read, by pages; a text is searched by the server', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'many');
  await gyr.until(id, 'SUCCESS', 'FAILED');
  const whole = [];
  let pages = 0;
  let counting = true;
  const bodies = [];
  page.on('response', (answer) => {
    const path = new URL(answer.url()).pathname;
    if (path.endsWith(`/executions/${id}`)) whole.push(answer.url());
    if (path.endsWith('/runs')) pages++;
    // The stream of events does not end; a request that the page took back has no body.
    if (counting && path.includes('/api/') && !path.endsWith('/events')) bodies.push(answer.body().catch(() => Buffer.alloc(0)));
  });
  const begin = Date.now();
  await page.goto(`${gyr.address}main/executions/company.team/many/${id}/gantt`);
  const gantt = page.getByTestId('gantt');
  await page.getByTestId('run-each').getByText(`${many}`).waitFor();
  await page.getByTestId('run-done').waitFor();
  const opened = Date.now() - begin;
  counting = false;
  const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + body.length, 0);
  console.log(`# opened in ${opened} ms, ${Math.round(bytes / 1024)} kB`);
  assert.ok(bytes > 1024, 'the answers were counted');
  assert.equal(await gantt.getAttribute('aria-rowcount'), '2');
  assert.deepEqual(whole, [], 'the whole execution is not read');
  assert.ok(pages <= 4, `${pages} pages were read to open it`);
  assert.ok(bytes < 700 * 1024, `${bytes} bytes were read to open it`);
  await page.locator('.say').getByText((many + 2).toLocaleString('en-GB')).waitFor();
  await page.getByTestId('run-each').getByRole('button', { name: 'Expand' }).click();
  await page.getByTestId('run-back').first().waitFor();
  assert.equal(await gantt.getAttribute('aria-rowcount'), '503');
  assert.ok((await page.getByTestId('run-back').count()) < 80, 'only rows in view are elements');
  await gantt.evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await page.waitForFunction(() => document.querySelector('[data-testid="gantt"]').getAttribute('aria-rowcount') === '1003');
  await page.getByPlaceholder('Filter tasks').fill('5987');
  const found = page.getByTestId('run-back').filter({ hasText: '5987' });
  await found.waitFor();
  await found.click();
  await page.getByTestId('inspector').getByText('5987').first().waitFor();
  await page.getByTestId('inspector-outputs').click();
  await page.getByTestId('inspector').getByText('value').waitFor();
  await page.reload();
  await page.getByTestId('inspector').getByText('5987').first().waitFor();
  await page.goto(`${gyr.address}main/executions/company.team/many/${id}/logs`);
  await page.getByTestId('rail-back').first().waitFor();
  await page.locator('.rail').evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await page.waitForFunction(() => document.querySelector('.rail .all').offsetHeight > 900 * 28);
  assert.deepEqual(whole, []);
}));

// UI-455, UI-622, UI-660, UI-1064
test('long: the graph counts all task runs, outputs are found far behind, and a replay begins where it says', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'many');
  await gyr.until(id, 'SUCCESS', 'FAILED');
  const root = `${gyr.address}main/executions/company.team/many/${id}`;
  const { results: [late] } = await gyr.api('GET', `executions/${id}/runs?parent=*&q=5987`);
  await page.goto(`${root}/topology`);
  const node = page.locator('[data-testid^="node-"]').filter({ hasText: 'back' }).first();
  await node.getByText(`${many}/${many}`).waitFor();
  await node.click();
  await page.getByTestId('inspector').waitFor();
  assert.match(await page.getByTestId('iteration').locator('option[disabled]').innerText(), /5,500 more/);
  await page.goto(`${root}/outputs`);
  await page.getByTestId('outputs-back-1').waitFor();
  await page.getByTestId('outputs-runs-search').fill('5987');
  await page.getByTestId('outputs-back-5987').click();
  await page.locator('[data-testid^="output-outputs.back"]').first().getByText('5987').waitFor();
  await page.reload();
  await page.locator('[data-testid^="output-outputs.back"]').first().getByText('5987').waitFor();
  await page.goto(`${root}/gantt?taskRunId=${late.id}`);
  await page.getByTestId('inspector').getByText('5987').first().waitFor();
  await page.getByTestId('run-more').click();
  await page.getByRole('menuitem', { name: /Replay/ }).click();
  await page.getByTestId('replay-says').getByText('back').waitFor();
  assert.equal(await page.getByTestId('replay-from').inputValue(), late.id);
  const [asked] = await Promise.all([page.waitForRequest((request) => request.url().includes('/actions/replay')), page.getByTestId('action-confirm').click()]);
  assert.equal(new URL(asked.url()).searchParams.get('taskRunId'), late.id);
}));

// UI-653, UI-1064
test('long: a page of task runs that fails is asked for again by hand, and what is there stays', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'many');
  await gyr.until(id, 'SUCCESS', 'FAILED');
  let asked = 0;
  let failing = true;
  await page.route(/\/runs\?.*parent=/, async (route) => {
    asked++;
    if (failing) await route.fulfill({ status: 400, contentType: 'application/json', body: '{"message":"not now","status":400}' });
    else await route.continue();
  });
  await page.goto(`${gyr.address}main/executions/company.team/many/${id}/gantt`);
  await page.getByTestId('run-each').waitFor();
  asked = 0;
  await page.getByTestId('run-each').getByRole('button', { name: 'Expand' }).click();
  const failure = page.getByTestId('failure').filter({ hasText: 'not now' });
  await failure.waitFor();
  assert.ok(await page.getByTestId('run-done').isVisible(), 'the other rows stay');
  const before = asked;
  await page.getByTestId('run-done').click();
  await page.getByTestId('inspector').waitFor();
  assert.ok(asked <= before + 1, `${asked - before} requests were made by themselves`);
  failing = false;
  await failure.getByRole('button', { name: 'Retry' }).click();
  await page.getByTestId('run-back').first().waitFor();
  await failure.waitFor({ state: 'detached' });
}, { allow: [/400 \(Bad Request\)/] }));
