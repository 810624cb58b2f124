// Which action each state of an execution allows (UI-621), in the browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow('id: one\nnamespace: company.team\ntasks:\n  - {id: only, type: io.kestra.plugin.core.debug.Return, format: x}\n');
});
after(() => gyr?.stop());

const states = ['CREATED', 'SUBMITTED', 'QUEUED', 'RESTARTED', 'RUNNING', 'RETRYING', 'KILLING', 'PAUSED', 'BREAKPOINT', 'SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED', 'SKIPPED', 'RETRIED'];
const ended = ['SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED', 'SKIPPED', 'RETRIED'];
// The table of UI-621.
const table = {
  pause: ['CREATED', 'RUNNING'],
  resume: ['PAUSED'],
  breakpoint: ['BREAKPOINT'],
  kill: ['CREATED', 'RESTARTED', 'RUNNING', 'PAUSED', 'QUEUED', 'RETRYING'],
  unqueue: ['QUEUED'],
  'force-run': ['CREATED', 'SUBMITTED', 'QUEUED', 'RESTARTED', 'RUNNING', 'RETRYING', 'PAUSED'],
  restart: ['WARNING', 'FAILED', 'KILLED', 'CANCELLED'],
  replay: ended,
  'change-status': ['PAUSED', ...ended],
  labels: ended,
  delete: ended,
  again: states,
  flow: states,
};

// UI-674, UI-621
test('actions: each is offered in exactly the states that allow it', () => gyr.page(async (page) => {
  const { id } = await gyr.execute('company.team', 'one');
  await gyr.until(id, 'SUCCESS');
  let state = '';
  // The server says that it is in another state; it has been in so many that this is the newest answer.
  await page.route(/\/executions\/search\?/, async (route) => {
    const answer = await (await route.fetch()).json();
    for (const row of answer.results) row.state = { ...row.state, current: state, histories: Array.from({ length: 50 }, () => ({ state, date: row.state.startDate })) };
    await route.fulfill({ json: answer });
  });
  await page.route(/\/events/, (route) => route.fulfill({ status: 404, json: { message: 'none', status: 404 } }));
  for (state of states) {
    await page.goto(`${gyr.address}main/executions/company.team/one/${id}/overview`);
    await page.locator(`[data-testid="page-execution"][data-state="${state}"]`).waitFor();
    await page.getByTestId('action-more').click();
    await page.getByTestId('menu-item-delete').waitFor();
    const offered = await page.evaluate((names) => names.filter((name) => document.querySelector(`[data-testid="menu-item-${name}"]`)?.getAttribute('data-disabled') === null), Object.keys(table));
    assert.deepEqual(offered, Object.keys(table).filter((name) => table[name].includes(state)), state);
    for (const name of ['resume', 'restart', 'replay', 'kill']) assert.equal(await page.locator(`[data-testid="action-${name}"]:visible`).count() > 0, table[name].includes(state), `${state}: the button ${name}`);
    await page.keyboard.press('Escape');
  }
}, { allow: [/404 \(Not Found\)/] }));
