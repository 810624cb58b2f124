import { describe, expect, it } from 'vitest';
import { askedBy, keptLast, labelsToKeep, prefillOf, type LastValues } from './prefill';

const specs = [{ id: 'text', type: 'STRING' }, { id: 'when.day', type: 'DATE' }, { id: 'password', type: 'SECRET' }, { id: 'flag', type: 'BOOL' }];

describe('values of an earlier execution', () => {
  // UI-535
  it('are taken where the input is still there; the others are named; secrets are not taken', () => {
    expect(prefillOf(specs, { text: 'a', when: { day: '2026-01-02', hour: '10:00' }, password: '******', flag: false, old: { deep: 1 }, nothing: null }))
      .toEqual({ values: { text: 'a', 'when.day': '2026-01-02', flag: false }, secrets: ['password'], missing: ['when.hour', 'old', 'nothing'] });
    expect(prefillOf(specs, {})).toEqual({ values: {}, secrets: [], missing: [] });
    expect(prefillOf(specs, { when: 'text' })).toEqual({ values: {}, secrets: [], missing: ['when'] });
  });
  it('leave the labels of the system to it', () => {
    expect(labelsToKeep([{ key: 'team', value: 'sre' }, { key: 'system.correlationId', value: 'x' }])).toEqual([{ key: 'team', value: 'sre' }]);
  });
  it('are asked for by an address', () => {
    expect(askedBy({ prefill: 'abc', 'input.text': 'x y', 'input.when.day': ['2026-01-01', 'z'], 'input.': 'no', tab: 'edit' })).toEqual({ prefill: 'abc', values: { text: 'x y', 'when.day': '2026-01-01' } });
    expect(askedBy({ 'input.text': '' })).toEqual({ values: { text: '' } });
    expect(askedBy({ tab: 'edit' })).toBeUndefined();
  });
});

describe('the last values', () => {
  // UI-536
  it('are those that somebody entered: neither secrets, nor files, nor defaults', () => {
    const fields = [
      { spec: specs[0]!, touched: true, value: 'a' }, { spec: specs[1]!, touched: false, value: '2026-01-01' }, { spec: specs[2]!, touched: true, value: 'hidden' },
      { spec: specs[3]!, touched: true, value: false }, { spec: { id: 'file', type: 'FILE' }, touched: true, value: new File(['x'], 'x.txt') },
    ];
    expect(keptLast({ other: { a: 'b' } }, 'n/f', fields)).toEqual({ other: { a: 'b' }, 'n/f': { text: 'a', flag: false } });
    expect(keptLast({ 'n/f': { text: 'old' } }, 'n/f', [])).toEqual({});
  });
  it('are kept for fifty flows', () => {
    let last: LastValues = {};
    for (let i = 0; i < 60; i++) last = keptLast(last, `n/f${i}`, [{ spec: specs[0]!, touched: true, value: String(i) }]);
    expect(Object.keys(last)).toHaveLength(50);
    expect(last['n/f59']).toEqual({ text: '59' });
    expect(last['n/f9']).toBeUndefined();
  });
});
