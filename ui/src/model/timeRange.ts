// The time of a list (UI-126): a span that ends now and is counted again at each refresh, or two moments that stay. Pure.
import type { Filter } from './filters';

export const SPANS = ['PT5M', 'PT15M', 'PT1H', 'PT12H', 'PT24H', 'PT48H', 'P7D', 'P30D', 'P365D'] as const;
const fields = ['timeRange', 'startDate', 'endDate'];
export const isTime = (filter: Filter): boolean => fields.includes(filter.field);
export const withoutTime = (filters: readonly Filter[]): Filter[] => filters.filter((filter) => !isTime(filter));
export const withSpan = (filters: readonly Filter[], span: string): Filter[] => [{ field: 'timeRange', operator: 'EQUALS', values: [span] }, ...withoutTime(filters)];

export function withMoments(filters: readonly Filter[], start: number, end: number): Filter[] {
  const one = (field: string, operator: Filter['operator'], at: number): Filter[] => (Number.isFinite(at) ? [{ field, operator, values: [new Date(at).toISOString()] }] : []);
  return [...one('startDate', 'GREATER_THAN_OR_EQUAL_TO', start), ...one('endDate', 'LESS_THAN_OR_EQUAL_TO', end), ...withoutTime(filters)];
}
