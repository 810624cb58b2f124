// The strip of time above a list of executions: the time that its filters cover, in buckets of equal length (UI-591). Pure.
import { parseDuration } from './duration';
import type { Filter } from './filters';

export interface Counted { start: string; end: string; byState: Record<string, number> }
export interface Bar { start: number; end: number; counts: Record<string, number> }

const times = ['timeRange', 'startDate', 'endDate'];
const most = 120;
const fewest = 30; // where the filters have no time
const later: readonly string[] = ['GREATER_THAN', 'GREATER_THAN_OR_EQUAL_TO'];
const earlier: readonly string[] = ['LESS_THAN', 'LESS_THAN_OR_EQUAL_TO'];

export function rangeOf(filters: readonly Filter[], now: number): { start: number | undefined; end: number } {
  const date = (field: string, operators: readonly string[]): number | undefined => {
    const at = Date.parse(filters.find((filter) => filter.field === field && operators.includes(filter.operator))?.values[0] ?? '');
    return Number.isNaN(at) ? undefined : at;
  };
  const end = date('startDate', earlier) ?? now;
  const back = parseDuration(filters.find((filter) => filter.field === 'timeRange')?.values[0] ?? '');
  return { start: date('startDate', later) ?? (back === undefined ? undefined : now - back), end };
}

// Buckets that the server leaves out because they are empty are there again, and short ones are joined, so that the strip covers the whole
// time. Of the states, only the wanted ones are counted.
export function bars(counted: readonly Counted[], range: { start: number | undefined; end: number }, wanted: readonly string[]): Bar[] {
  const first = counted[0];
  const last = counted[counted.length - 1];
  if (first === undefined || last === undefined) return [];
  const each = Date.parse(first.end) - Date.parse(first.start);
  if (!(each > 0)) return [];
  const end = Math.max(range.end, Date.parse(last.end));
  const begin = Math.min(range.start ?? end - fewest * each, Date.parse(first.start));
  const length = each * Math.max(1, Math.ceil((end - begin) / each / most));
  const floor = (at: number): number => Math.floor(at / length) * length;
  const known = new Map<number, Record<string, number>>();
  for (const bucket of counted) {
    const at = floor(Date.parse(bucket.start));
    const sum = known.get(at) ?? {};
    for (const [state, n] of Object.entries(bucket.byState)) sum[state] = (sum[state] ?? 0) + n;
    known.set(at, sum);
  }
  const found: Bar[] = [];
  for (let at = floor(begin); at < end; at += length) {
    const states = Object.entries(known.get(at) ?? {}).filter(([state, n]) => n > 0 && (wanted.length === 0 || wanted.includes(state)));
    found.push({ start: at, end: at + length, counts: Object.fromEntries(states) });
  }
  return found;
}

export const between = (filters: readonly Filter[], from: number, to: number): Filter[] => [
  ...filters.filter((filter) => !times.includes(filter.field)),
  { field: 'startDate', operator: 'GREATER_THAN_OR_EQUAL_TO', values: [new Date(from).toISOString()] },
  { field: 'startDate', operator: 'LESS_THAN', values: [new Date(to).toISOString()] },
];
