import { describe, expect, it } from 'vitest';
import english from '../locales/en/filters.json';
import { conditionOf, fieldsOf, filterFields, type FilterPage } from './filterFields';
import { fromPairs, toPairs } from './filters';

// UI-125
describe('the fields of a list', () => {
  it('each have a name, operators with a word, and choices where one chooses', () => {
    for (const [page, fields] of Object.entries(filterFields)) {
      expect(new Set(fields.map((one) => one.field)).size, page).toBe(fields.length);
      for (const one of fields) {
        expect(english, `${page} ${one.field}`).toHaveProperty([`field.${one.field}`]);
        for (const operator of one.operators) expect(english).toHaveProperty([`op.${operator}`]);
        expect((one.choices?.length ?? 0) > 0).toBe(one.kind === 'choice' || one.kind === 'many');
      }
    }
  });
  it('are those of the page, without what it fixes', () => {
    expect(filterFields.executions.map((one) => one.field)).toEqual(expect.arrayContaining(['namespace', 'flowId', 'kind', 'state', 'scope', 'childFilter', 'labels', 'triggerExecutionId', 'id', 'flowRevision']));
    expect(fieldsOf('executions', ['namespace', 'flowId']).some((one) => one.field === 'namespace' || one.field === 'flowId')).toBe(false);
  });
  it('give conditions that go to the address and back', () => {
    for (const page of Object.keys(filterFields) as FilterPage[]) {
      for (const field of filterFields[page]) {
        for (const operator of field.operators) {
          const made = conditionOf(field, operator, field.kind === 'many' ? ['A,1', 'B'] : ['50%, x'], 'team');
          expect(made).toBeDefined();
          expect(fromPairs(toPairs(made ? [made] : []))).toEqual([made]);
        }
      }
    }
  });
  it('give none without a value, without the key of a label, or with another operator', () => {
    const [namespace] = filterFields.flows;
    const labels = filterFields.flows.find((one) => one.kind === 'pair');
    if (!namespace || !labels) throw new Error('the fields are missing');
    expect(conditionOf(namespace, 'PREFIX', ['  '])).toBeUndefined();
    expect(conditionOf(namespace, 'IN', ['x'])).toBeUndefined();
    expect(conditionOf(labels, 'EQUALS', ['x'], ' ')).toBeUndefined();
  });
});
