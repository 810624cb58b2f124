import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const ids = {};
before(async () => {
  gyr = await start(import.meta.url);
  for (const namespace of ['company.team', 'company.other']) {
    await gyr.flow(`id: hello\nnamespace: ${namespace}\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: hi}\ntriggers:\n  - {id: nightly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 2 * * *"}\n`);
    ids[namespace] = (await gyr.execute(namespace, 'hello')).id;
    await gyr.until(ids[namespace], 'SUCCESS');
  }
});
after(() => gyr?.stop());

// The server says what the caller may do; here it says less than it would.
const restrict = (page, permissions) => page.route(/\/api\/v1\/me$/, async (route) => {
  const answer = await route.fetch();
  await route.fulfill({ response: answer, json: { ...await answer.json(), permissions } });
});
const right = (permission, action, ...namespaces) => ({ permission, action, namespaces });

// UI-6
test('start: configuration, caller and preferences are asked for at once, and once', () => gyr.page(async (page) => {
  const events = [];
  const name = (url) => /\/api\/v1\/(configs|me|me\/preferences)$/.exec(new URL(url).pathname)?.[1];
  page.on('request', (request) => { const found = name(request.url()); if (found && request.method() === 'GET') events.push(`ask ${found}`); });
  page.on('response', (answer) => { const found = name(answer.url()); if (found && answer.request().method() === 'GET') events.push(`get ${found}`); });
  await page.goto(`${gyr.address}main/flows`);
  await page.getByTestId('page-flows').waitFor();
  await page.getByTestId('action-create').waitFor(); // without a login everything is allowed
  assert.deepEqual(events.slice(0, 3).sort(), ['ask configs', 'ask me', 'ask me/preferences']);
  assert.equal(events.filter((event) => event.startsWith('ask')).length, 3, events.join(', '));
}));

// UI-7, UI-40
test('permissions: what can never be done is not shown; what the state forbids is off and says why', () => gyr.page(async (page) => {
  await restrict(page, [right('FLOW', 'READ', ''), right('DASHBOARD', 'READ', ''), right('EXECUTION', 'READ', ''), right('EXECUTION', 'UPDATE', 'company.team')]);
  await page.goto(`${gyr.address}main/flows`);
  await page.getByTestId('page-flows').locator('table.t tbody tr').nth(1).waitFor();
  for (const shown of ['flows', 'executions', 'logs', 'preferences']) assert.equal(await page.getByTestId(`menu-${shown}`).count(), 1, shown);
  for (const hidden of ['secrets', 'kv', 'namespaces', 'instance', 'blueprints']) assert.equal(await page.getByTestId(`menu-${hidden}`).count(), 0, hidden);
  for (const hidden of ['action-create', 'action-import']) assert.equal(await page.getByTestId(hidden).count(), 0, hidden);

  await page.goto(`${gyr.address}main/executions/company.team/hello/${ids['company.team']}/overview`);
  await page.getByTestId('action-more').click();
  const pause = page.getByTestId('menu-item-pause');
  await pause.waitFor();
  assert.equal(await pause.getAttribute('aria-disabled'), 'true');
  assert.match(await pause.getAttribute('title'), /SUCCESS/);
  assert.equal(await page.getByTestId('menu-item-labels').getAttribute('aria-disabled'), null);
  for (const hidden of ['kill', 'delete', 'replay', 'again']) assert.equal(await page.getByTestId(`menu-item-${hidden}`).count(), 0, hidden);
  assert.equal(await page.getByTestId('action-replay').count(), 0);

  // The same person in a namespace where there is only READ.
  await page.goto(`${gyr.address}main/executions/company.other/hello/${ids['company.other']}/overview`);
  await page.getByTestId('action-more').click();
  await page.getByTestId('menu-item-flow').waitFor();
  for (const hidden of ['pause', 'labels', 'change-status', 'kill', 'replay']) assert.equal(await page.getByTestId(`menu-item-${hidden}`).count(), 0, hidden);

  await page.goto(`${gyr.address}main/admin/triggers`);
  await page.getByTestId('row-company.other/hello/nightly').waitFor();
  const closed = page.getByTestId('row-company.other/hello/nightly').getByRole('switch');
  assert.match(await closed.getAttribute('title'), /EXECUTION UPDATE.*administrator/);
  assert.equal(await page.getByTestId('row-company.team/hello/nightly').getByRole('switch').getAttribute('aria-disabled'), null);
}));
