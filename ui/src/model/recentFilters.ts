// The sets of filters that were used last on a page, newest first (UI-129). Pure.
import { fromPairs, type Filter } from './filters';

const most = 10;

export const remembered = (list: readonly string[], query: string): string[] => (query === '' ? [...list] : [query, ...list.filter((one) => one !== query)].slice(0, most));

// What somebody would type for a condition: `state=FAILED`, `label.team=sre`; a free text is itself.
const signs: Record<string, string> = { PREFIX: '^', CONTAINS: '~', NOT_EQUALS: '!=', NOT_IN: '!=', GREATER_THAN: '>', LESS_THAN: '<', GREATER_THAN_OR_EQUAL_TO: '>=', LESS_THAN_OR_EQUAL_TO: '<=' };
export function typedText(filter: Filter): string {
  if (filter.field === 'q') return filter.values[0] ?? '';
  const left = filter.field === 'labels' ? `label.${filter.key ?? ''}` : filter.field;
  return `${left}${signs[filter.operator] ?? '='}${filter.values.join(',')}`;
}

// Kept texts that are not filters (of an older version or another program) are left out.
export const readable = (list: readonly unknown[]): { query: string; filters: Filter[] }[] =>
  list.flatMap((query) => {
    const filters = typeof query === 'string' ? fromPairs(new URLSearchParams(query)) : [];
    return filters.length === 0 ? [] : [{ query: query as string, filters }];
  });
