// Dashboards of one's own (UI-200 to UI-206): what a chart's definition means for drawing and for the way to the things behind it. Pure.
import type { Filter, Operator } from './filters';
import { toPairs } from './filters';
import { known, STATES, token } from './state';
import { stacked } from './dashboard';

export type ChartKind = 'TimeSeries' | 'Bar' | 'Pie' | 'KPI' | 'Table' | 'Markdown' | '';
export type Source = 'Executions' | 'Flows' | 'Logs' | 'Metrics' | 'Triggers' | '';
export interface Column { id: string; field: string; agg: string; name: string; style: 'LINES' | 'BARS' | 'POINTS'; align: 'left' | 'center' | 'right'; labelKey: string }
export interface BoardChart { id: string; kind: ChartKind; title: string; description: string; width: number; options: Record<string, unknown>; source: Source; columns: Column[]; where: unknown[]; raw: Record<string, unknown> }

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const object = (value: unknown): Json => (isObject(value) ? value : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
const text = (value: unknown, fallback = ''): string => (typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : fallback);
const last = (type: unknown): string => text(type).split('.').pop() ?? '';
const kinds: readonly string[] = ['TimeSeries', 'Bar', 'Pie', 'KPI', 'Table', 'Markdown'];
const sources: readonly string[] = ['Executions', 'Flows', 'Logs', 'Metrics', 'Triggers'];
const most = 12;

function readColumn(id: string, value: unknown): Column {
  const raw = object(value);
  const style = text(raw['graphStyle'], 'LINES');
  const align = text(raw['columnAlignment'], 'LEFT').toLowerCase();
  return {
    id, field: text(raw['field']), agg: text(raw['agg']), name: text(raw['displayName'], id), labelKey: text(raw['labelKey']),
    style: style === 'BARS' || style === 'POINTS' ? style : 'LINES', align: align === 'right' || align === 'center' ? align : 'left',
  };
}

// A chart that is not whole, because somebody is writing it, is read as far as it goes.
export function readChart(value: unknown, index: number): BoardChart {
  const raw = object(value);
  const options = object(raw['chartOptions']);
  const data = object(raw['data']);
  const kind = last(raw['type']);
  const source = last(data['type']).replace(/KPI$/, '');
  const width = Number(options['width'] ?? 6);
  const columns = object(data['columns']);
  return {
    id: text(raw['id'], `${index}`), kind: (kinds.includes(kind) ? kind : '') as ChartKind, title: text(options['displayName'], text(raw['id'])), description: text(options['description']),
    width: Number.isInteger(width) ? Math.min(most, Math.max(1, width)) : 6, options, source: (sources.includes(source) ? source : '') as Source,
    columns: kind === 'KPI' ? [readColumn('value', columns)] : Object.entries(columns).map(([id, column]) => readColumn(id, column)), where: [...list(data['where']), ...list(data['numerator'])], raw,
  };
}
export const readCharts = (value: unknown): BoardChart[] => list(object(value)['charts']).map(readChart);

// -- the way to the things behind ---------------------------------------------------------------------

const fields: Record<string, string> = { NAMESPACE: 'namespace', FLOW_ID: 'flowId', STATE: 'state', LABELS: 'labels', LEVEL: 'level', TASK_ID: 'taskId', TRIGGER_ID: 'triggerId', EXECUTION_ID: 'executionId', TRIGGER_EXECUTION_ID: 'triggerExecutionId', ID: 'id' };
const lists: Partial<Record<Source, string>> = { Executions: '/main/executions', Flows: '/main/flows', Logs: '/main/logs', Triggers: '/main/admin/triggers' };
const filtered: Record<Source, readonly string[]> = {
  Executions: ['namespace', 'flowId', 'state', 'labels', 'scope', 'id', 'triggerExecutionId'], Flows: ['namespace', 'id', 'labels', 'scope'], Logs: ['namespace', 'flowId', 'level', 'taskId', 'triggerId', 'executionId'],
  Metrics: ['namespace', 'flowId', 'taskId', 'executionId'], Triggers: ['namespace', 'flowId', 'triggerId'], '': [],
};
const times = ['timeRange', 'startDate', 'endDate', 'q'];
const multiple = ['state', 'namespace'];

// The filters of the page that the source of the chart does not have (UI-193).
export const ignored = (chart: BoardChart, filters: readonly Filter[]): string[] =>
  chart.source === '' ? [] : [...new Set(filters.map((filter) => filter.field))].filter((field) => !times.includes(field) && !filtered[chart.source].includes(field));

const operators: Record<string, Operator> = { EQUAL_TO: 'EQUALS', NOT_EQUAL_TO: 'NOT_EQUALS', CONTAINS: 'CONTAINS', STARTS_WITH: 'STARTS_WITH', PREFIX: 'PREFIX', ENDS_WITH: 'ENDS_WITH', REGEX: 'REGEX', IN: 'IN', NOT_IN: 'NOT_IN' };

function condition(field: string, operator: Operator, values: string[], labelKey = ''): Filter | undefined {
  const name = fields[field];
  if (name === undefined || (name === 'labels' && labelKey === '')) return undefined;
  const many = multiple.includes(name) && (operator === 'EQUALS' || operator === 'NOT_EQUALS');
  return { field: name, operator: many ? (operator === 'EQUALS' ? 'IN' : 'NOT_IN') : operator, values, ...(name === 'labels' ? { key: labelKey } : {}) };
}
// What of a chart's own conditions a list can express; the rest (OR, null, comparisons) has no form in a list.
export function whereFilters(chart: BoardChart): Filter[] {
  return chart.where.flatMap((one) => {
    const raw = object(one);
    const operator = operators[text(raw['type'])];
    const values = raw['values'] === undefined ? [text(raw['value'])] : list(raw['values']).map((value) => text(value));
    const made = operator === undefined ? undefined : condition(text(raw['field']), operator, values, text(raw['labelKey']));
    return made === undefined ? [] : [made];
  });
}

export interface Span { start: number; end: number }
export interface Chosen { column: Column; value: unknown }
// What stands for rows without a value. No filter of a list finds those, nor an empty text.
const none = '–';

// The list with what a bar, a slice or a figure stands for; nothing where the source has no list.
export function drill(chart: BoardChart, chosen: readonly Chosen[], span: Span, page: readonly Filter[]): string | undefined {
  const to = chart.source === '' ? undefined : lists[chart.source];
  if (to === undefined || chosen.some((one) => one.value === none || one.value === '')) return undefined;
  const mine = chosen.flatMap(({ column, value }) => condition(column.field, 'EQUALS', [text(value)], column.labelKey) ?? []);
  if (mine.length < chosen.length) return undefined; // a list with more than the bar stands for
  const others = [...page.filter((filter) => !times.includes(filter.field) && filtered[chart.source].includes(filter.field)), ...whereFilters(chart)];
  const kept = others.filter((filter) => !mine.some((one) => one.field === filter.field && one.key === filter.key));
  const dated = chart.source === 'Executions' || chart.source === 'Logs';
  const time: Filter[] = dated ? [{ field: 'startDate', operator: 'GREATER_THAN_OR_EQUAL_TO', values: [new Date(span.start).toISOString()] }, { field: 'endDate', operator: 'LESS_THAN_OR_EQUAL_TO', values: [new Date(span.end).toISOString()] }] : [];
  return `${to}?${new URLSearchParams(toPairs([...kept, ...mine, ...time])).toString()}`;
}

// -- what is drawn --------------------------------------------------------------------------------------

export interface PlotSeries { id: string; label: string; colour: string; quiet: boolean; style: 'LINES' | 'BARS' | 'POINTS'; right: boolean; duration: boolean; values: (number | undefined)[]; chosen: Chosen[] }
export interface Slot { id: string; label: string; start: number; end: number; chosen: Chosen[] }
// `left`: how many series are not drawn, because there are too many.
export interface Plot { slots: Slot[]; series: PlotSeries[]; timed: boolean; left: number }
export interface Slice { id: string; label: string; colour: string; value: number; chosen: Chosen[] }
type Row = Readonly<Record<string, unknown>>;

const levels: Record<string, string> = { ERROR: 'error', WARN: 'warn', INFO: 'info', DEBUG: 'debug', TRACE: 'trace' };
const others = ['accent', 's-submitted', 's-queued', 's-breakpoint', 's-retrying', 's-restarted', 's-cancelled', 's-created'];
// Colour means state: what is not a state takes from a row that no badge uses alone.
export function colourOf(column: Column | undefined, value: string, index: number): string {
  if (column?.field === 'STATE' && STATES.includes(known(value))) return `var(--s-${token(value)})`;
  if (column?.field === 'LEVEL' && levels[value] !== undefined) return `var(--l-${levels[value]})`;
  return `var(--${others[index % others.length]})`;
}
const number = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
const distinct = (rows: readonly Row[], column: Column | undefined): string[] => {
  const found = column === undefined ? [''] : [...new Set(rows.map((row) => text(row[column.id], none)))];
  return column?.field === 'STATE' ? [...stacked(new Set(found)), ...found.filter((value) => !(STATES as readonly string[]).includes(value))] : found;
};

export function plot(chart: BoardChart, rows: readonly Row[], span: Span): Plot {
  const x = chart.columns.find((column) => column.id === chart.options['column']) ?? chart.columns.find((column) => column.agg === '');
  const timed = chart.kind === 'TimeSeries';
  const measures = chart.columns.filter((column) => column.agg !== '').slice(0, 2);
  const colourBy = chart.columns.find((column) => column.id === chart.options['colorByColumn'] && column.agg === '') ?? chart.columns.find((column) => column.agg === '' && column !== x);
  if (x === undefined || measures.length === 0) return { slots: [], series: [], timed, left: 0 };
  // A row without a time has no place on an axis of time.
  const ids = [...new Set(rows.map((row) => text(row[x.id], none)))].filter((id) => !timed || !Number.isNaN(Date.parse(id)));
  if (timed) ids.sort();
  const place = new Map(ids.map((id, i) => [id, i]));
  const slots = ids.map((id, i): Slot => {
    const start = timed ? Date.parse(id) : 0;
    const end = timed ? Date.parse(ids[i + 1] ?? '') : 0;
    return { id, label: id, start, end: Number.isNaN(end) ? Math.max(span.end, start + 1) : end, chosen: timed ? [] : [{ column: x, value: id }] };
  });
  const series = measures.flatMap((measure, m) => {
    const split = m === 0 || measure.agg === 'COUNT' || measure.agg === 'SUM' ? colourBy : undefined;
    const mean = measure.agg === 'AVG' && split === undefined;
    const parts = sumsOf(rows, measure, split, (row) => place.get(text(row[x.id], none)));
    return distinct(rows, split).flatMap((value, i): (() => PlotSeries)[] => {
      const sums = parts.get(value);
      if (sums === undefined || [...sums.values()].every(({ sum }) => sum === 0)) return [];
      return [() => ({
        id: `${measure.id} ${value}`, label: split === undefined ? measure.name : value, colour: m > 0 && split === undefined ? 'var(--text-2)' : colourOf(split, value, i), quiet: value === 'SUCCESS' && split?.field === 'STATE',
        style: timed ? measure.style : 'BARS', right: m > 0, duration: measure.field === 'DURATION', chosen: split === undefined ? [] : [{ column: split, value }],
        values: ids.map((_, at) => { const of = sums.get(at); return of === undefined ? undefined : mean ? of.sum / of.n : of.sum; }),
      })];
    });
  });
  return { slots, series: series.slice(0, mostSeries).map((make) => make()), timed, left: Math.max(0, series.length - mostSeries) };
}
export const mostSeries = 50;

// The sums of a measure for each value of a column and each slot, in one pass.
function sumsOf(rows: readonly Row[], measure: Column, split: Column | undefined, slotOf: (row: Row) => number | undefined): Map<string, Map<number, { sum: number; n: number }>> {
  const parts = new Map<string, Map<number, { sum: number; n: number }>>();
  for (const row of rows) {
    const amount = number(row[measure.id]);
    const slot = slotOf(row);
    if (amount === undefined || slot === undefined) continue;
    const value = split === undefined ? '' : text(row[split.id], none);
    const part = parts.get(value) ?? new Map<number, { sum: number; n: number }>();
    parts.set(value, part);
    const at = part.get(slot);
    if (at) { at.sum += amount; at.n++; } else part.set(slot, { sum: amount, n: 1 });
  }
  return parts;
}

export function slices(chart: BoardChart, rows: readonly Row[]): Slice[] {
  const measure = chart.columns.find((column) => column.agg !== '');
  const by = chart.columns.find((column) => column.id === chart.options['colorByColumn']) ?? chart.columns.find((column) => column.agg === '');
  if (measure === undefined) return [];
  const sums = sumsOf(rows, measure, by, () => 0);
  return distinct(rows, by).map((value, i) => ({
    id: value, label: value === '' ? measure.name : value, colour: value === 'SUCCESS' && by?.field === 'STATE' ? 'var(--s-success-quiet)' : colourOf(by, value, i), chosen: by === undefined ? [] : [{ column: by, value }],
    value: sums.get(value)?.get(0)?.sum ?? 0,
  })).filter((slice) => slice.value > 0);
}

// The address of what a cell of a table names, where the row has enough to say it.
export function cellTo(chart: BoardChart, column: Column, row: Row): string | undefined {
  const value = text(row[column.id]);
  const of = (field: string): string => text(row[chart.columns.find((one) => one.field === field && one.agg === '')?.id ?? '']);
  const execution = (id: string): string => (of('NAMESPACE') !== '' && of('FLOW_ID') !== '' ? `/main/executions/${of('NAMESPACE')}/${of('FLOW_ID')}/${id}` : `/main/executions?${new URLSearchParams({ 'filters[id][EQUALS]': id }).toString()}`);
  if (value === '' || column.agg !== '') return undefined;
  if (column.field === 'NAMESPACE') return `/main/namespaces/edit/${value}`;
  if (column.field === 'EXECUTION_ID' || (column.field === 'ID' && chart.source === 'Executions')) return execution(value);
  if ((column.field === 'FLOW_ID' || (column.field === 'ID' && chart.source === 'Flows')) && of('NAMESPACE') !== '') return `/main/flows/edit/${of('NAMESPACE')}/${value}`;
  return undefined;
}

// A figure that fits: 12,345 is 12.3 K; the whole number is in its title (UI-196).
export const shortNumber = (value: number, language: string): string =>
  new Intl.NumberFormat(language, Math.abs(value) > 9999 ? { notation: 'compact', maximumFractionDigits: 1 } : { maximumFractionDigits: 2 }).format(value);
