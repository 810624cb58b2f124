import { describe, expect, it } from 'vitest';
import { chartsOf, complaintsOf } from './board';

const source = 'title: A\ncharts:\n  - id: one\n    type: x.Bar\n    data:\n      columns: {a: {agg: COUNT}}\n';
describe('the text of a dashboard', () => {
  it('gives its charts, and nothing where it is no YAML', () => {
    expect(chartsOf(source)?.map((chart) => [chart.id, chart.kind])).toEqual([['one', 'Bar']]);
    expect(chartsOf('title: [')).toBeUndefined();
    expect(chartsOf('')).toEqual([]);
    expect(chartsOf('a: *nothing')).toBeUndefined();
  });
  // UI-211
  it('says where the server complains: by path, by the nearest part of it, by line', () => {
    const at = (constraints: string) => complaintsOf(source, constraints).map(({ from, to, message }) => [source.slice(from, to), message]);
    expect(at('charts[0].data.columns: one aggregation\ncharts[0].chartOptions.column: missing')).toEqual([['columns', 'charts[0].data.columns: one aggregation'], ['id', 'charts[0].chartOptions.column: missing']]);
    expect(complaintsOf(source, 'expected something at line 3, column 5')).toEqual([{ message: 'expected something', from: source.indexOf('id: one') - 0, to: source.indexOf('id: one') - 0 }]);
    expect(complaintsOf(source, 'nothing known')).toEqual([{ message: 'nothing known', from: 0, to: 0 }]);
    expect(complaintsOf('', 'charts[9]: x')).toEqual([{ message: 'charts[9]: x', from: 0, to: 0 }]);
  });
});
