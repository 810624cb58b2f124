// The charts of the default dashboard as the server's definition of charts, and the time that filters mean. Pure.
import { parseDuration } from './duration';
import type { Filter } from './filters';
import { LEVELS } from './levels';

const data = 'io.kestra.plugin.core.dashboard.data';
const chart = 'io.kestra.plugin.core.dashboard.chart';

export const EXECUTIONS_OVER_TIME = `id: executions
type: ${chart}.TimeSeries
chartOptions: {displayName: Executions, column: date, colorByColumn: series}
data:
  type: ${data}.Executions
  columns:
    date: {field: START_DATE, displayName: Date}
    series: {field: STATE}
    total: {agg: COUNT, graphStyle: BARS}
`;
export const LOGS_OVER_TIME = EXECUTIONS_OVER_TIME.replace('id: executions', 'id: logs').replace(`${data}.Executions`, `${data}.Logs`).replace('START_DATE', 'DATE').replace('field: STATE', 'field: LEVEL');
export const EXECUTIONS_BY_NAMESPACE = `id: namespaces
type: ${chart}.Bar
chartOptions: {displayName: Namespaces, column: namespace}
data:
  type: ${data}.Executions
  columns:
    namespace: {field: NAMESPACE}
    series: {field: STATE}
    total: {agg: COUNT}
`;

const fallback = 86_400_000;

// From and to of the filters: a range back from now, or two dates.
export function spanOf(filters: readonly Filter[], now: number): { start: number; end: number } {
  const value = (field: string): string | undefined => filters.find((filter) => filter.field === field)?.values[0];
  const end = Date.parse(value('endDate') ?? '');
  const start = Date.parse(value('startDate') ?? '');
  const to = Number.isNaN(end) ? now : end;
  return { start: Number.isNaN(start) ? to - (parseDuration(value('timeRange') ?? '') ?? fallback) : start, end: to };
}

// A level means itself and those above it (UI-125): a chart is asked for all of them.
const atLeast = (level: string | undefined): string[] => { const at = LEVELS.findIndex((one) => one === level); return LEVELS.slice(0, at < 0 ? undefined : at + 1).reverse(); };
const withLevels = (filter: Filter): Filter => (filter.field === 'level' && filter.operator === 'EQUALS' ? { ...filter, operator: 'IN', values: atLeast(filter.values[0]) } : filter);

// The other filters as a chart takes them.
export const chartFilters = (filters: readonly Filter[]): { field: string; operation: string; value: unknown }[] =>
  filters.filter((filter) => !['timeRange', 'startDate', 'endDate', 'q'].includes(filter.field)).map(withLevels).map((filter) => ({
    field: filter.field, operation: filter.operator,
    value: filter.key !== undefined ? { [filter.key]: filter.values[0] ?? '' } : ['IN', 'NOT_IN'].includes(filter.operator) ? filter.values : (filter.values[0] ?? ''),
  }));
