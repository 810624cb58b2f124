// Every page around the first ones, with what says that it is there; and the data that they need.
export async function fill(gyr) {
  await gyr.flow('id: shown\nnamespace: company.team\ndescription: Does something\nlabels: {team: sre}\nconcurrency: {limit: 2, behavior: QUEUE}\ntasks:\n  - {id: make, type: io.kestra.plugin.core.debug.Return, format: some text}\n  - id: both\n    type: io.kestra.plugin.core.flow.Parallel\n    tasks:\n      - {id: left, type: io.kestra.plugin.core.log.Log, message: one}\n      - {id: right, type: io.kestra.plugin.core.log.Log, level: WARN, message: two}\n  - {id: boom, type: io.kestra.plugin.core.execution.Fail, errorMessage: the disk is full}\ntriggers:\n  - {id: nightly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 2 * * *"}\n  - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: some-key}\n');
  await gyr.api('PUT', 'flows/company.team/shown', (await gyr.api('GET', 'flows/company.team/shown?source=true')).source.replace('some text', 'other text'), { 'Content-Type': 'application/x-yaml' });
  await gyr.flow('id: paused\nnamespace: company.team\ntasks:\n  - {id: ask, type: io.kestra.plugin.core.flow.Pause}\n');
  await gyr.flow('id: inputs\nnamespace: company.team\ninputs:\n  - {id: text, type: STRING, defaults: x}\n  - {id: site, type: SELECT, values: [a, b]}\n  - {id: flag, type: BOOL, defaults: true}\n  - {id: limit, type: DURATION, defaults: PT1H}\n  - {id: list, type: ARRAY, itemType: STRING, defaults: [a]}\n  - {id: file, type: FILE, required: false}\ntasks:\n  - {id: fine, type: io.kestra.plugin.core.log.Log, message: ok}\n');
  const failed = (await gyr.execute('company.team', 'shown')).id;
  const paused = (await gyr.execute('company.team', 'paused')).id;
  await gyr.until(failed, 'FAILED');
  await gyr.until(paused, 'PAUSED');
  const data = 'data: {type: io.kestra.plugin.core.dashboard.data.Executions, columns: {state: {field: STATE}, total: {agg: COUNT}}}';
  await gyr.api('POST', 'dashboards', `id: shown\ntitle: Shown\ncharts:\n  - {id: pie, type: io.kestra.plugin.core.dashboard.chart.Pie, chartOptions: {displayName: Pie, colorByColumn: state}, ${data}}\n  - {id: bars, type: io.kestra.plugin.core.dashboard.chart.Bar, chartOptions: {displayName: Bars, column: state}, ${data}}\n  - {id: list, type: io.kestra.plugin.core.dashboard.chart.Table, chartOptions: {displayName: List}, ${data}}\n`, { 'Content-Type': 'application/x-yaml' });
  await gyr.api('PUT', 'namespaces/company.team/kv/limits', '{"cpu": 4}', { 'Content-Type': 'text/plain' });
  const file = new FormData();
  file.append('fileContent', new Blob(['print(1)\n']), 'main.py');
  await gyr.api('POST', 'namespaces/company.team/files?path=/scripts/main.py', file);
  return { failed, paused };
}

export function routes({ failed, paused }) {
  const flow = 'main/flows/edit/company.team/shown';
  const execution = `main/executions/company.team/shown/${failed}`;
  const namespace = 'main/namespaces/edit/company.team';
  return [
    ['main/welcome', '[data-testid="hello"]'],
    ['main/dashboards', '[data-testid="by-namespace"] a'],
    ['main/flows', '[data-testid="row-shown"], [data-testid="card-shown"]'],
    ['main/flows?filters[q][EQUALS]=nothing', '[data-testid="empty"]'],
    ['main/flows/new', '[data-testid="validity"]'],
    [`${flow}/edit`, '[data-testid="validity"]'],
    [`${flow}/executions`, `[data-testid="row-${failed}"], [data-testid="card-${failed}"]`],
    ['main/executions', `[data-testid="row-${failed}"], [data-testid="card-${failed}"]`],
    [`${execution}/overview`, '[data-testid="what-happened"]'],
    [`${execution}/gantt`, '[data-testid="run-boom"]'],
    [`${execution}/logs`, '[data-testid="log-list"] .l'],
    ['main/dashboards/shown', '[data-testid="chart-pie"] .bar'],
    ['main/dashboards/new', '[data-testid="page-board-editor"][data-valid="true"]'],
    ['main/logs', '[data-testid="log-line"]'],
    ['main/namespaces', '[data-testid="namespace-company.team"]'],
    [`${namespace}/overview`, '[data-testid="kpi-success"]'],
    [`${namespace}/flows`, 'table, .cards'],
    [`${namespace}/kv?selected=company.team/limits`, '[data-testid="input-value"]'],
    [`${namespace}/files?file=/scripts/main.py`, '.cm-content'],
    [`${namespace}/variables`, '.cm-content'],
    [`${namespace}/dependencies`, '[data-testid="page-namespace"]'],
    ['main/kv', '[data-testid="page-kv"] table, .cards'],
    ['main/secrets', '[data-testid="secrets-locked"]'],
    ['main/admin/triggers?selected=company.team/shown/nightly', '[data-testid="next-dates"] li'],
    ['main/admin/concurrency-limits', '[data-testid="page-limits"] table, .cards'],
    ['main/admin/stats', '[data-testid="count-flows"]'],
    ['main/admin/instance/services', '[data-testid="page-services"] table, .cards'],
    ['main/admin/instance/maintenance', '[data-testid="maintenance-state"]'],
    ['main/admin/instance/kill-switches', '[data-testid="empty"]'],
    ['main/preferences', '[data-testid="zone"]'],
    ['main/plugins', '[data-testid="plugin-io.kestra.plugin.core.log.Log"]'],
    ['main/plugins/io.kestra.plugin.core.http.Request', '#properties-uri'],
    ['main/blueprints/flow/community', '[data-testid="blueprint-approval"]'],
    ['main/blueprints/flow/community/approval', '.cm-content'],
    ['main/flows/search?q=disk', '[data-testid="source-shown"]'],
    [`${flow}/overview`, '[data-testid="kpi-success"]'],
    [`${flow}/topology`, '[data-testid="graph"]'],
    [`${flow}/grid`, '[data-testid="usual-make"]'],
    [`main/executions/compare?left=${failed}&right=${paused}`, '[data-testid="head-left"]'],
    [`${flow}/revisions`, '[data-testid="diff"]'],
    [`${flow}/triggers`, '[data-testid="webhook-url"]'],
    [`${flow}/metrics`, '[data-testid="metric-name"]'],
    [`${flow}/dependencies`, '[data-testid="expand-all"]'],
    [`${flow}/concurrency`, '[data-testid="limit-running"]'],
    [`${execution}/topology`, '[data-testid="graph"]'],
    [`${execution}/outputs`, '[data-testid="output-outputs.make.value"]'],
    [`${execution}/metrics`, '[data-testid="page-execution-metrics"] table, .cards'],
    [`${execution}/dependencies`, '[data-testid="empty"]'],
    [`${execution}/history`, '[data-testid="history-entry"]'],
    [`main/executions/company.team/paused/${paused}/overview`, '[data-testid="why-panel"]'],
  ];
}
