import { describe, expect, it } from 'vitest';
import { cellTo, colourOf, drill, ignored, mostSeries, plot, readCharts, shortNumber, slices } from './board';

const type = (name: string) => `io.kestra.plugin.core.dashboard.${name}`;
const charts = readCharts({
  charts: [
    { id: 'series', type: type('chart.TimeSeries'), chartOptions: { displayName: 'Runs', width: 8, column: 'date', colorByColumn: 'state' }, data: { type: type('data.Executions'), columns: { date: { field: 'START_DATE' }, state: { field: 'STATE' }, total: { agg: 'COUNT', graphStyle: 'BARS' }, took: { field: 'DURATION', agg: 'AVG' } }, where: [{ field: 'NAMESPACE', type: 'EQUAL_TO', value: 'a.b' }, { field: 'DURATION', type: 'GREATER_THAN', value: 3 }] } },
    { id: 'bars', type: type('chart.Bar'), chartOptions: { displayName: 'Flows', column: 'flow' }, data: { type: type('data.Executions'), columns: { flow: { field: 'FLOW_ID' }, state: { field: 'STATE' }, n: { agg: 'COUNT' } } } },
    { id: 'kpi', type: type('chart.KPI'), chartOptions: { displayName: 'Ratio', width: 99 }, data: { type: type('data.ExecutionsKPI'), columns: { field: 'ID', agg: 'COUNT' }, numerator: [{ field: 'STATE', type: 'IN', values: ['SUCCESS'] }] } },
    { id: 'table', type: type('chart.Table'), data: { type: type('data.Executions'), columns: { id: { field: 'ID' }, ns: { field: 'NAMESPACE' }, flow: { field: 'FLOW_ID' } } } },
    'not a chart', null,
  ],
});
const [series, bars, kpi, table, broken] = charts as [typeof charts[0], typeof charts[0], typeof charts[0], typeof charts[0], typeof charts[0]];
const span = { start: Date.parse('2026-01-01T00:00:00Z'), end: Date.parse('2026-01-01T02:00:00Z') };

describe('dashboards', () => {
  // UI-200, UI-201
  it('reads what is whole, and what is not as far as it goes', () => {
    expect(charts.map((chart) => chart.kind)).toEqual(['TimeSeries', 'Bar', 'KPI', 'Table', '', '']);
    expect([series.width, bars.width, kpi.width]).toEqual([8, 6, 12]);
    expect(broken.columns).toEqual([]);
    for (const text of [null, [], 'x', { charts: 4 }, { charts: [[]] }]) expect(() => readCharts(text)).not.toThrow();
  });
  it('stacks states in their order, and takes a mean of all for the second axis', () => {
    const rows = [
      { date: '2026-01-01T01:00:00Z', state: 'FAILED', total: 1, took: 4 }, { date: '2026-01-01T00:00:00Z', state: 'FAILED', total: 0, took: null },
      { date: '2026-01-01T00:00:00Z', state: 'SUCCESS', total: 2, took: 1 }, { date: '2026-01-01T01:00:00Z', state: 'SUCCESS', total: 3, took: 2 },
    ];
    const drawn = plot(series, rows, span);
    expect(drawn.slots.map((slot) => [slot.start, slot.end])).toEqual([[span.start, span.start + 3_600_000], [span.start + 3_600_000, span.end]]);
    expect(drawn.series.map((one) => [one.label, one.style, one.right, one.values])).toEqual([['SUCCESS', 'BARS', false, [2, 3]], ['FAILED', 'BARS', false, [0, 1]], ['took', 'LINES', true, [1, 3]]]);
    expect(plot(broken, rows, span)).toEqual({ slots: [], series: [], timed: false, left: 0 });
  });
  // UI-194
  it('leads to the list of what a bar stands for', () => {
    const state = series.columns[1] as typeof series.columns[0];
    const to = new URL(drill(series, [{ column: state, value: 'FAILED' }], span, [{ field: 'labels', key: 'team', operator: 'EQUALS', values: ['sre'] }, { field: 'timeRange', operator: 'EQUALS', values: ['P1D'] }]) ?? '', 'http://x');
    expect(to.pathname).toBe('/main/executions');
    expect([...to.searchParams]).toEqual([['filters[labels][EQUALS][team]', 'sre'], ['filters[namespace][IN]', 'a.b'], ['filters[state][IN]', 'FAILED'], ['filters[startDate][GREATER_THAN_OR_EQUAL_TO]', '2026-01-01T00:00:00.000Z'], ['filters[endDate][LESS_THAN_OR_EQUAL_TO]', '2026-01-01T02:00:00.000Z']]);
    expect(drill(kpi, [], span, [])).toContain('filters%5Bstate%5D%5BIN%5D=SUCCESS');
    expect(drill(broken, [], span, [])).toBeUndefined();
  });
  it('has no list for what stands for rows without a value', () => {
    const rows = [{ flow: null, state: 'FAILED', n: 2 }, { flow: 'x', state: null, n: 1 }];
    const drawn = plot(bars, rows, span);
    const to = drawn.slots.flatMap((slot) => drawn.series.map((one) => [slot.id, one.label, drill(bars, [...slot.chosen, ...one.chosen], span, []) === undefined]));
    expect(to).toEqual([['–', 'FAILED', true], ['–', '–', true], ['x', 'FAILED', false], ['x', '–', true]]);
    expect(slices(bars, rows).map((slice) => [slice.id, drill(bars, slice.chosen, span, []) === undefined])).toEqual([['–', true], ['x', false]]);
    const [flow, state] = bars.columns as [typeof bars.columns[0], typeof bars.columns[0]];
    expect(drill(bars, [{ column: flow, value: '' }], span, [])).toBeUndefined();
    // Nor where the list has no filter for a part of it.
    expect(drill(bars, [{ column: state, value: 'FAILED' }, { column: { ...flow, field: 'START_DATE' }, value: '2026-01-01' }], span, [])).toBeUndefined();
    // On an axis of time such a row has no place, and no other slot gets its amount.
    expect(plot(series, [{ date: null, state: 'FAILED', total: 7 }, { date: '2026-01-01T00:00:00Z', state: 'FAILED', total: 1 }], span)).toMatchObject({ slots: [{ start: span.start }], series: [{ values: [1] }] });
  });
  it('draws the first series where there are thousands, and says how many are left out', () => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({ flow: `f${i}`, state: `s${i}`, n: 1 }));
    const drawn = plot(bars, rows, span);
    expect([drawn.slots.length, drawn.series.length, drawn.left]).toEqual([5000, mostSeries, 5000 - mostSeries]);
    expect(drawn.series[1]?.values.slice(0, 3)).toEqual([undefined, 1, undefined]);
    expect(slices(bars, rows.map((row) => ({ ...row, flow: row.state })))).toHaveLength(5000);
  });
  it('names the filters that a source does not have, and links cells', () => {
    expect(ignored(series, [{ field: 'level', operator: 'EQUALS', values: ['WARN'] }, { field: 'q', operator: 'EQUALS', values: ['x'] }])).toEqual(['level']);
    expect(cellTo(table, table.columns[0] as typeof table.columns[0], { id: 'E', ns: 'a.b', flow: 'f' })).toBe('/main/executions/a.b/f/E');
    expect(cellTo(table, table.columns[2] as typeof table.columns[0], { id: 'E', flow: 'f' })).toBeUndefined();
  });
  it('sums slices, and colours states as everywhere', () => {
    expect(slices(bars, [{ flow: 'x', n: 2 }, { flow: 'x', n: 3 }, { flow: 'y', n: 0 }]).map((slice) => [slice.label, slice.value])).toEqual([['x', 5]]);
    expect(colourOf(series.columns[1], 'KILLED', 0)).toBe('var(--s-killed)');
    expect([shortNumber(12_345, 'en'), shortNumber(9_999, 'en')]).toEqual(['12.3K', '9,999']);
  });
});
