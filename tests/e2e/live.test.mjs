import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const sleep = (id, time) => `  - {id: ${id}, type: io.kestra.plugin.core.flow.Sleep, duration: ${time}}\n`;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow(`id: naps\nnamespace: company.team\ninputs:\n  - {id: time, type: DURATION, defaults: PT6S}\ntasks:\n  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: "{{ inputs.time }}"}\n`);
  await gyr.flow(`id: steps\nnamespace: company.team\ntasks:\n${sleep('one', 'PT2S')}${sleep('two', 'PT4S')}`);
  await gyr.flow('id: fails\nnamespace: company.team\ntasks:\n  - {id: boom, type: io.kestra.plugin.core.execution.Fail}\n');
});
after(() => gyr?.stop());
const stateOf = (page, state) => page.locator(`[data-testid="page-execution"][data-state="${state}"]`).waitFor({ timeout: 20_000 });
const count = async (page, id, text) => page.getByTestId(id).getByText(text, { exact: true }).waitFor({ timeout: 20_000 });

// UI-595, UI-40, UI-594, UI-1000, UI-1001, UI-1003
test('executions-live: rows change in place, newer ones are counted, all by one connection', () => gyr.page(async (page) => {
  const streams = [];
  page.on('request', (request) => { if (/\/(events|follow)(\?|$)/.test(request.url())) streams.push(request.url()); });
  const { id } = await gyr.execute('company.team', 'naps');
  await page.goto(`${gyr.address}main/executions`);
  const row = page.getByTestId(`row-${id}`);
  await row.locator('[data-state="RUNNING"]').waitFor();
  await row.locator('[data-state="SUCCESS"]').waitFor();
  await count(page, 'states-success', '1');
  const more = [];
  for (let i = 0; i < 12; i++) more.push((await gyr.execute('company.team', i === 0 ? 'fails' : 'naps', i === 0 ? {} : { time: 'PT0.2S' })).id);
  await page.getByTestId('newer').getByText('12 newer executions').waitFor();
  assert.equal(await page.getByTestId(`row-${more[3]}`).count(), 0);
  await count(page, 'states-failed', '1');
  await page.getByTestId('count-executions').getByText('1', { exact: true }).waitFor();
  await page.getByTestId('newer').click();
  await page.getByTestId(`row-${more[3]}`).waitFor();
  await page.getByTestId('newer').waitFor({ state: 'detached' });
  // The flow list and an execution go on with the same connection.
  await page.getByTestId('menu-flows').click();
  await page.getByTestId('row-naps').locator('[data-state="SUCCESS"]').waitFor();
  await gyr.execute('company.team', 'naps', { time: 'PT60S' });
  await page.getByTestId('row-naps').locator('[data-state="RUNNING"]').waitFor();
  assert.equal(streams.length, 1, streams.join('\n'));
  await page.goto(`${gyr.address}main/executions?filters[state][IN]=FAILED`);
  await page.getByTestId(`row-${more[0]}`).waitFor();
  // The strip has the same counts; a drag over it is a time of the filters (UI-591).
  const strip = page.getByTestId('strip');
  await strip.locator('.bar[data-series="FAILED"]').first().waitFor();
  const box = await strip.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 2, box.y + 30, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL((url) => url.searchParams.has('filters[startDate][LESS_THAN]') && url.searchParams.has('filters[startDate][GREATER_THAN_OR_EQUAL_TO]'));
  await page.getByTestId(`row-${more[0]}`).waitFor();
}));

// UI-1004
test('live-cut: a stream that was cut goes on where it was', () => gyr.page(async (page) => {
  const lastIds = [];
  page.on('request', (request) => { if (request.url().endsWith('/events')) lastIds.push(request.headers()['last-event-id'] ?? ''); });
  const { id } = await gyr.execute('company.team', 'naps');
  await page.goto(`${gyr.address}main/executions/company.team/naps/${id}/gantt`);
  await page.getByTestId('live').waitFor();
  gyr.pages.cut();
  await stateOf(page, 'SUCCESS');
  await page.getByTestId('live').waitFor({ state: 'detached' });
  assert.equal(await page.getByTestId('banner-lost').count(), 0);
  assert.ok(lastIds.length >= 2 && /^\w+-\d+$/.test(lastIds[1]), lastIds.join('\n'));
}, { allow: [/ERR_/, /Failed to load resource/, /502/] }));

// UI-1005
test('live-held: behind a proxy that buffers, the page asks at intervals', () => gyr.page(async (page) => {
  gyr.pages.hold(true);
  try {
    const { id } = await gyr.execute('company.team', 'steps');
    await page.goto(`${gyr.address}main/executions/company.team/steps/${id}/gantt`);
    await stateOf(page, 'RUNNING');
    await page.locator('[data-testid="run-one"][data-state="SUCCESS"]').waitFor({ timeout: 8000 });
    await stateOf(page, 'SUCCESS');
  } finally {
    gyr.pages.hold(false);
    gyr.pages.cut();
  }
}, { allow: [/ERR_/, /Failed to load resource/, /502/] }));

// UI-44
test('live: the bar of the page says whether it follows', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/executions`);
  await page.locator('[data-testid="connection"][data-state="live"]').waitFor();
}));
