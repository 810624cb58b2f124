import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
let failed;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow('id: fine\nnamespace: company.team\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n');
  await gyr.flow('id: fails\nnamespace: company.team\ntasks:\n  - {id: boom, type: io.kestra.plugin.core.execution.Fail, errorMessage: "<i>disk</i>"}\n');
  for (let i = 0; i < 3; i++) await gyr.until((await gyr.execute('company.team', 'fine')).id, 'SUCCESS');
  failed = (await gyr.execute('company.team', 'fails')).id;
  await gyr.until(failed, 'FAILED');
});
after(() => gyr?.stop());

const chart = 'io.kestra.plugin.core.dashboard.chart';
const data = 'io.kestra.plugin.core.dashboard.data';
const six = `title: All <b>six</b>
description: Every type
timeWindow: {default: PT1H, max: P30D}
charts:
  - id: runs
    type: ${chart}.TimeSeries
    chartOptions: {displayName: Runs, width: 8, column: date, colorByColumn: state}
    data: {type: ${data}.Executions, columns: {date: {field: START_DATE}, state: {field: STATE}, total: {agg: COUNT, graphStyle: BARS}, took: {field: DURATION, agg: AVG, graphStyle: LINES, displayName: Duration}}}
  - id: ratio
    type: ${chart}.KPI
    chartOptions: {displayName: Succeeded, width: 4, numberType: PERCENTAGE}
    data: {type: ${data}.ExecutionsKPI, columns: {field: ID, agg: COUNT}, numerator: [{field: STATE, type: IN, values: [SUCCESS]}]}
  - id: states
    type: ${chart}.Pie
    chartOptions: {displayName: States, width: 6, colorByColumn: state}
    data: {type: ${data}.Executions, columns: {state: {field: STATE}, total: {agg: COUNT}}}
  - id: flows
    type: ${chart}.Bar
    chartOptions: {displayName: Flows, width: 6, column: flow}
    data: {type: ${data}.Executions, columns: {flow: {field: FLOW_ID}, state: {field: STATE}, total: {agg: COUNT}}}
  - id: list
    type: ${chart}.Table
    chartOptions: {displayName: List, width: 8}
    data: {type: ${data}.Executions, columns: {id: {field: ID}, namespace: {field: NAMESPACE}, flow: {field: FLOW_ID}, state: {field: STATE}, took: {field: DURATION}}}
  - id: note
    type: ${chart}.Markdown
    chartOptions: {displayName: Note, width: 4}
    content: "Read **this** <script>alert(1)</script>"
`;
async function write(page, text) {
  await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
  await page.locator('.cm-content').focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Control+V');
}
const valid = (page, is) => page.locator(`[data-testid="page-board-editor"][data-valid="${is}"]`).waitFor();

// UI-195, UI-210, UI-211, UI-220, UI-222, UI-224
test('dashboards: the six charts are written, checked and drawn while they are written, and saved', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/dashboards`);
  await page.getByTestId('board-menu').click();
  await page.getByTestId('board-new').click();
  await valid(page, true);
  await write(page, six);
  await page.getByTestId('chart-runs').locator('.bar[data-series="FAILED"]').first().waitFor();
  await valid(page, true);
  // What is not valid is said with its place, cannot be saved, and the last valid drawing stays.
  await write(page, six.replace('took: {field', 'more: {field: DURATION, agg: MAX}, took: {field'));
  await page.getByTestId('diagnostic').filter({ hasText: 'aggregation' }).getByText(/^8:/).waitFor();
  assert.ok(await page.getByTestId('action-save').isDisabled());
  assert.equal(await page.locator('[data-testid^="chart-"]').count(), 6);
  await page.getByText('Preview of the last valid text').waitFor();
  await write(page, six);
  await valid(page, true);
  await page.getByTestId('action-save').click();
  await page.getByTestId('page-board').waitFor();
  await page.getByRole('heading', { level: 1, name: 'All <b>six</b>' }).waitFor();
  await page.getByTestId('figure').getByText('75 %').waitFor();
  await page.getByTestId('chart-note').getByText('<script>alert(1)</script>').waitFor();
  const widths = await page.locator('[data-testid^="chart-"]').evaluateAll((cards) => cards.map((card) => Math.round((card.getBoundingClientRect().width / card.parentElement.getBoundingClientRect().width) * 12)));
  assert.deepEqual(widths, [8, 4, 6, 6, 8, 4]);
}));

// UI-190, UI-193, UI-194, UI-221, UI-223, UI-225
test('dashboards: a slice leads to its executions and back; all rows as CSV; a deleted one is gone', () => gyr.page(async (page) => {
  const { id } = await gyr.api('POST', 'dashboards', six, { 'Content-Type': 'application/x-yaml' });
  await page.goto(`${gyr.address}main/dashboards/${id}`);
  // A bar and a slice are links that can be opened beside this page.
  for (const part of ['chart-states', 'chart-runs']) assert.match(await page.getByTestId(part).locator('.bar[data-series="FAILED"]').first().getAttribute('href'), /\/ui\/main\/executions\?.*FAILED/);
  await page.getByTestId('chart-states').locator('.bar[data-series="FAILED"]').click();
  await page.getByTestId(`row-${failed}`).waitFor();
  assert.equal(await page.getByTestId('page-executions').locator('tbody tr').count(), 1);
  await page.getByTestId('chip-state').waitFor();
  await page.getByTestId('chip-startDate').waitFor();
  await page.goBack();
  await page.getByTestId('chart-list').getByRole('link', { name: failed }).waitFor();
  await page.getByTestId('chart-runs').getByTestId('legend-SUCCESS').click();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="chart-runs"] .bar[data-series="SUCCESS"]').length === 0);
  for (let i = 0; i < 30; i++) await gyr.execute('company.team', 'fine');
  await page.reload();
  await page.getByTestId('menu-list').click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('menu-item-csv').click()]);
  const { total } = await gyr.api('GET', 'executions/search?size=1');
  assert.equal(readFileSync(await file.path(), 'utf8').trim().split('\n').length, total + 1);
  await page.getByTestId('action-more').click();
  await page.getByTestId('menu-item-delete').click();
  await page.getByTestId('action-confirm').click();
  await page.waitForURL(/\/main\/dashboards$/);
  await page.goto(`${gyr.address}main/dashboards/${id}`);
  await page.getByText('Dashboard not found').waitFor();
  await page.getByRole('link', { name: 'Go to the default dashboard' }).click();
  await page.getByTestId('page-home').waitFor();
}, { allow: [/status of 404/] }));
