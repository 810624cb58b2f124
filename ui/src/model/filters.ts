// The filters of lists: one grammar for the address, the API and what people type (UI-122 to UI-124). Pure.
//   address and API:  filters[state][IN]=FAILED,WARNING   filters[labels][EQUALS][team]=finance
//   typed:            state=FAILED,WARNING namespace^company label.team=finance >24h free text
export const OPERATORS = [
  'EQUALS', 'NOT_EQUALS', 'GREATER_THAN', 'LESS_THAN', 'GREATER_THAN_OR_EQUAL_TO', 'LESS_THAN_OR_EQUAL_TO',
  'IN', 'NOT_IN', 'STARTS_WITH', 'ENDS_WITH', 'CONTAINS', 'REGEX', 'PREFIX',
] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Filter { field: string; operator: Operator; key?: string; values: string[] }

const name = /^filters\[([^\]]+)\]\[([A-Z_]+)\](?:\[([^\]]*)\])?$/;
const lists: readonly Operator[] = ['IN', 'NOT_IN'];

const isOperator = (text: string): text is Operator => (OPERATORS as readonly string[]).includes(text);

const escapePart = (text: string): string => text.replaceAll('%', '%25').replaceAll(',', '%2C');
const unescapePart = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

export function toPairs(filters: readonly Filter[]): [string, string][] {
  return filters.map((filter) => [
    `filters[${filter.field}][${filter.operator}]${filter.key === undefined ? '' : `[${filter.key}]`}`,
    lists.includes(filter.operator) ? filter.values.map(escapePart).join(',') : (filter.values[0] ?? ''),
  ]);
}

export function fromPairs(pairs: Iterable<readonly [string, string]>): Filter[] {
  const found: Filter[] = [];
  for (const [left, right] of pairs) {
    const match = name.exec(left);
    const [, field, operator, key] = match ?? [];
    if (field === undefined || operator === undefined || !isOperator(operator) || right === '') continue;
    const values = lists.includes(operator) ? right.split(',').map(unescapePart) : [right];
    const had = found.find((filter) => filter.field === field && filter.operator === operator && filter.key === key);
    if (had && lists.includes(operator)) had.values.push(...values);
    else found.push({ field, operator, values, ...(key === undefined ? {} : { key }) });
  }
  return found;
}

// Addresses of older versions: `?state=FAILED&namespace=x`. What is not a filter stays as it is.
export function fromOldPairs(pairs: Iterable<readonly [string, string]>): { filters: Filter[]; rest: [string, string][] } {
  const filters: Filter[] = [];
  const rest: [string, string][] = [];
  const gather = (field: string, operator: Operator, value: string): void => {
    const had = filters.find((filter) => filter.field === field && filter.operator === operator && lists.includes(operator));
    if (had) had.values.push(...value.split(','));
    else filters.push({ field, operator, values: lists.includes(operator) ? value.split(',') : [value] });
  };
  for (const [left, right] of pairs) {
    if (right === '') continue;
    if (left === 'state') gather('state', 'IN', right);
    else if (left === 'namespace') gather('namespace', 'PREFIX', right);
    else if (left === 'startDate') gather(left, 'GREATER_THAN_OR_EQUAL_TO', right);
    else if (left === 'endDate') gather(left, 'LESS_THAN_OR_EQUAL_TO', right);
    else if (['flowId', 'q', 'scope', 'level', 'timeRange', 'triggerExecutionId'].includes(left)) gather(left, 'EQUALS', right);
    else if (left === 'child') gather('childFilter', 'EQUALS', right);
    else if (left === 'labels') {
      const at = right.indexOf(':');
      if (at > 0) filters.push({ field: 'labels', operator: 'EQUALS', key: right.slice(0, at), values: [right.slice(at + 1)] });
    } else rest.push([left, right]);
  }
  return { filters, rest };
}

const typedOperators: [string, Operator][] = [['!=', 'NOT_EQUALS'], ['>=', 'GREATER_THAN_OR_EQUAL_TO'], ['<=', 'LESS_THAN_OR_EQUAL_TO'], ['=', 'EQUALS'], ['~', 'CONTAINS'], ['^', 'PREFIX'], ['>', 'GREATER_THAN'], ['<', 'LESS_THAN']];
const listFields = ['state', 'namespace'];

function typedWord(word: string): Filter | undefined {
  const span = /^>(\d+)(m|h|d)$/.exec(word);
  if (span) return { field: 'timeRange', operator: 'EQUALS', values: [span[2] === 'd' ? `P${span[1]}D` : `PT${span[1]}${span[2] === 'h' ? 'H' : 'M'}`] };
  const match = /^([a-zA-Z]+)(?:\.([^=!<>~^]+))?(!=|>=|<=|=|~|\^|>|<)(.+)$/.exec(word);
  const [, left, key, sign, right] = match ?? [];
  const operator = typedOperators.find(([text]) => text === sign)?.[1];
  if (left === undefined || right === undefined || operator === undefined) return undefined;
  if (left === 'label' || left === 'labels') return key === undefined ? undefined : { field: 'labels', operator, key, values: [right] };
  if (key !== undefined) return undefined;
  const field = left === 'flow' ? 'flowId' : left;
  if (listFields.includes(field) && (operator === 'EQUALS' || operator === 'NOT_EQUALS')) {
    const values = field === 'state' ? right.toUpperCase().split(',') : right.split(',');
    return { field, operator: operator === 'EQUALS' ? 'IN' : 'NOT_IN', values };
  }
  return { field, operator, values: [right] };
}

// What people type: words that are a condition become filters, the others are the free text.
export function fromTyped(text: string): { filters: Filter[]; free: string } {
  const filters: Filter[] = [];
  const free: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    if (word === '') continue;
    const filter = typedWord(word);
    if (filter) filters.push(filter);
    else free.push(word);
  }
  return { filters, free: free.join(' ') };
}

// A condition on the same field, operator and key replaces the one that is there.
export function withFilter(filters: readonly Filter[], added: Filter): Filter[] {
  const same = (filter: Filter): boolean => filter.field === added.field && filter.operator === added.operator && filter.key === added.key;
  return filters.some(same) ? filters.map((filter) => (same(filter) ? added : filter)) : [...filters, added];
}
