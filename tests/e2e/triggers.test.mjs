import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const schedule = (id, extra = '') => `id: ${id}\nnamespace: company.team\ninputs:\n  - {id: day, type: STRING, defaults: today}\ntasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: "{{ inputs.day }}"}\ntriggers:\n  - {id: hourly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 * * * *"${extra}}\n`;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow(schedule('report'));
  await gyr.flow(schedule('other'));
  await gyr.flow(schedule('off', ', disabled: true'));
  await gyr.flow('id: hooked\nnamespace: company.team\ntasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: "{{ trigger.body }}"}\ntriggers:\n  - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: secret-key}\n');
});
after(() => gyr?.stop());
const key = (flow) => `company.team/${flow}/hourly`;

// UI-820, UI-821, UI-823, UI-844
test('triggers: the list says when, why and lets turn one off', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/admin/triggers`);
  await page.getByTestId(`row-${key('report')}`).getByText('every hour').waitFor();
  assert.equal(await page.getByTestId(`row-${key('report')}`).getByRole('switch').getAttribute('aria-checked'), 'true');
  await page.getByTestId(`row-${key('report')}`).getByRole('link', { name: 'hourly' }).click();
  await page.getByTestId('next-dates').locator('li').nth(7).waitFor();
  await page.getByTestId('why').first().waitFor();
  await page.getByTestId(`row-${key('report')}`).getByRole('switch').click();
  await page.getByTestId(`row-${key('report')}`).locator('[data-health="off"]').waitFor();
  const { results } = await gyr.api('GET', 'triggers/company.team/report');
  assert.equal(results[0].disabled, true);
  await page.getByTestId('quick-DISABLED').click();
  await page.getByTestId(`row-${key('other')}`).waitFor({ state: 'detached' });
  await page.reload();
  await page.getByTestId(`row-${key('report')}`).waitFor();
}));

test('triggers: many at once', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/admin/triggers`);
  await page.getByTestId('select-page').click();
  await page.getByTestId('bulk-disable').click();
  await page.getByTestId('dialog-bulk').getByTestId('action-confirm').click();
  await page.getByTestId('bulk-bar').waitFor({ state: 'detached' });
  const { results } = await gyr.api('GET', 'triggers/search');
  assert.ok(results.filter((row) => row.state.flowId !== 'off').every((row) => row.state.disabled));
}));

// UI-551, UI-840, UI-841, UI-843
test('backfill: the preview counts, the executions carry the labels', () => gyr.page(async (page) => {
  await gyr.api('PUT', 'triggers/set-disabled', JSON.stringify({ namespace: 'company.team', flowId: 'other', triggerId: 'hourly', disabled: false }), { 'Content-Type': 'application/json' });
  await page.goto(`${gyr.address}main/flows/edit/company.team/other/triggers`);
  await page.getByRole('link', { name: 'hourly' }).click();
  await page.getByTestId('action-backfill').click();
  const dialog = page.getByTestId('dialog-backfill');
  await dialog.locator('#backfill-start').fill('2024-05-01T00:30');
  await dialog.locator('#backfill-end').fill('2024-05-01T06:00');
  await dialog.getByTestId('backfill-preview').filter({ hasText: '6 executions' }).waitFor();
  await dialog.locator('#input-day').fill('then');
  await dialog.getByRole('button', { name: 'Label', exact: true }).click();
  await dialog.getByLabel('Key').fill('reason');
  await dialog.getByLabel('Value').fill('audit');
  await dialog.getByTestId('action-confirm').click();
  await dialog.waitFor({ state: 'detached' });
  await page.goto(`${gyr.address}main/executions?filters[labels][EQUALS][reason]=audit`);
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="page-executions"] tbody tr [data-state="SUCCESS"]').length === 6);
  const { results } = await gyr.api('GET', 'executions/search?filters[labels][EQUALS][reason]=audit');
  assert.ok(results.every((one) => one.inputs.day === 'then'));
  await page.goto(`${gyr.address}main/flows/edit/company.team/other/triggers?selected=${key('other')}`);
  await page.getByTestId('action-backfill').click();
  await page.locator('#backfill-start').fill('2999-01-01T00:00');
  await page.getByText('The start is in the future').first().waitFor();
  assert.equal(await page.getByTestId('dialog-backfill').getByTestId('action-confirm').getAttribute('aria-disabled'), 'true');
}));

// UI-844
test('webhook: its address, and a test event with its body', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows/edit/company.team/hooked/triggers`);
  assert.ok((await page.getByTestId('webhook-url').innerText()).endsWith('/api/v1/main/executions/webhook/company.team/hooked/secret-key'));
  await page.getByTestId('action-test-event').click();
  await page.getByTestId('webhook-body').fill('{"disk": 7}');
  await page.getByTestId('action-send').click();
  await page.getByTestId('toast').getByRole('link').click();
  await page.locator('[data-testid="page-execution"][data-state="SUCCESS"]').waitFor();
  const { results } = await gyr.api('GET', 'executions/search?filters[flowId][EQUALS]=hooked');
  assert.deepEqual(results[0].trigger.variables.body, { disk: 7 });
}));

// UI-823
test('a trigger that is off in its flow cannot be turned on here', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/admin/triggers`);
  const row = page.getByTestId(`row-${key('off')}`);
  if (await row.count() === 0) return; // the scheduler does not keep it
  assert.equal(await row.getByRole('switch').getAttribute('aria-disabled'), 'true');
}));

// UI-842
test('a trigger is added from the types, into a flow, as a change that is not saved yet', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/admin/triggers`);
  await page.getByTestId('action-add').click();
  await page.getByTestId('type-search').fill('cron schedule');
  await page.getByTestId('type-io.kestra.plugin.core.trigger.Schedule').click();
  await page.getByTestId('snippet').getByText('cron').waitFor();
  await page.locator('#add-flow').fill('company.team/hooked');
  await page.getByTestId('action-insert').click();
  await page.waitForURL(/\/flows\/edit\/company\.team\/hooked\/edit/);
  await page.locator('.cm-content').getByText('core.trigger.Schedule').waitFor();
  assert.equal((await gyr.api('GET', 'flows/company.team/hooked')).triggers.length, 1, 'nothing is saved before somebody has seen it');
}));

test('a schedule that missed dates asks what becomes of them before it is switched on (UI-822)', () => gyr.page(async (page) => {
  await gyr.flow('id: often\nnamespace: company.often\ntasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: x}\ntriggers:\n  - {id: tick, type: io.kestra.plugin.core.trigger.Schedule, cron: "* * * * * *", withSeconds: true, recoverMissedSchedules: LAST}\n');
  const name = { namespace: 'company.often', flowId: 'often', triggerId: 'tick' };
  const set = (more) => gyr.api('PUT', 'triggers/set-disabled', JSON.stringify({ ...name, ...more }), { 'Content-Type': 'application/json' });
  const { nextEvaluationDate } = await set({ disabled: true });
  await page.goto(`${gyr.address}main/flows/edit/company.often/often/triggers`);
  const row = page.getByTestId('row-company.often/often/tick');
  // Two dates have passed, by the clock of the browser.
  await page.waitForFunction((first) => Date.now() > Date.parse(first) + 1500, nextEvaluationDate);
  await row.getByRole('switch').click();
  const dialog = page.getByTestId('dialog-missed');
  await dialog.waitFor();
  assert.equal(await dialog.getByTestId('policy-LAST').isChecked(), true, 'the policy of the trigger is proposed');
  await dialog.getByTestId('policy-NONE').check();
  await dialog.getByTestId('action-confirm').click();
  await dialog.waitFor({ state: 'detached' });
  await row.locator('[role="switch"][aria-checked="true"]').waitFor();
  const { log } = await gyr.api('GET', 'triggers/company.often/often/tick/explain');
  assert.ok(log.some((line) => line.message.includes('recoverMissedSchedules is NONE')), JSON.stringify(log));
  await set({ disabled: true });
}));
