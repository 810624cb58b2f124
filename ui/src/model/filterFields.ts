// The fields that each list can be filtered by, with what a condition on them may be (UI-125). Pure. The server knows the same fields.
import type { Filter, Operator } from './filters';
import { LEVELS } from './levels';
import { STATES } from './state';

export type FieldKind = 'text' | 'many' | 'choice' | 'pair' | 'date';
export interface FilterField { field: string; kind: FieldKind; operators: readonly Operator[]; choices?: readonly string[] }
export type FilterPage = 'executions' | 'flows' | 'logs' | 'triggers' | 'board' | 'kv' | 'secrets';

const words: readonly Operator[] = ['EQUALS', 'NOT_EQUALS', 'CONTAINS', 'STARTS_WITH', 'ENDS_WITH'];
const moments: readonly Operator[] = ['GREATER_THAN_OR_EQUAL_TO', 'LESS_THAN_OR_EQUAL_TO'];
const text = (field: string, operators = words): FilterField => ({ field, kind: 'text', operators });
const choice = (field: string, choices: readonly string[], operators: readonly Operator[] = ['EQUALS']): FilterField => ({ field, kind: 'choice', operators, choices });
const many = (field: string, choices: readonly string[]): FilterField => ({ field, kind: 'many', operators: ['IN', 'NOT_IN'], choices });
const date = (field: string): FilterField => ({ field, kind: 'date', operators: moments });

const namespace = text('namespace', ['PREFIX', 'EQUALS', 'NOT_EQUALS', 'CONTAINS', 'STARTS_WITH', 'ENDS_WITH', 'REGEX']);
const flow = text('flowId', [...words, 'REGEX', 'PREFIX']);
const labels: FilterField = { field: 'labels', kind: 'pair', operators: ['EQUALS', 'NOT_EQUALS'] };
const scope = choice('scope', ['USER', 'SYSTEM']);
const state = many('state', STATES);
const execution = [state, labels, text('id'), many('kind', ['NORMAL', 'TEST', 'PLAYGROUND', 'LOOP']), scope, choice('childFilter', ['CHILD', 'MAIN']), text('triggerExecutionId'), text('triggerId'), text('flowRevision', ['EQUALS', 'NOT_EQUALS'])];

export const filterFields: Record<FilterPage, readonly FilterField[]> = {
  executions: [namespace, flow, ...execution],
  flows: [namespace, labels, flow, scope],
  logs: [namespace, flow, choice('level', LEVELS), text('executionId'), text('taskId'), text('taskRunId'), text('triggerId'), text('attemptNumber', ['EQUALS']), scope],
  triggers: [namespace, flow, text('triggerId'), text('workerId'), choice('triggerState', ['ENABLED', 'DISABLED']), choice('locked', ['true', 'false']), date('lastTriggeredDate'), date('nextExecutionDate'), scope],
  board: [namespace, flow, state, labels, scope],
  kv: [namespace],
  secrets: [namespace],
};

// What is fixed by the page that a list is part of is not offered.
export const fieldsOf = (page: FilterPage, fixed: readonly string[] = []): FilterField[] => filterFields[page].filter((one) => !fixed.includes(one.field));

// The fields of conditions that stand in an address.
export const fieldsIn = (pairs: readonly (readonly [string, string])[]): string[] => pairs.flatMap(([name]) => /^filters\[(\w+)\]/.exec(name)?.[1] ?? []);

// A condition, or nothing while its value is missing.
export function conditionOf(field: FilterField, operator: Operator, values: readonly string[], key = ''): Filter | undefined {
  const given = values.map((value) => value.trim()).filter((value) => value !== '');
  if (given.length === 0 || (field.kind === 'pair' && key.trim() === '') || !field.operators.includes(operator)) return undefined;
  return { field: field.field, operator, values: given, ...(field.kind === 'pair' ? { key: key.trim() } : {}) };
}
