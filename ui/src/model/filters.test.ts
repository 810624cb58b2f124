import { describe, expect, it } from 'vitest';
import { fromOldPairs, fromPairs, fromTyped, OPERATORS, toPairs, withFilter, type Filter } from './filters';
import { seeded } from './seeded';

const next = seeded(1);

const random = (values: readonly string[]): string => values[Math.floor(next() * values.length)] ?? '';

describe('filters', () => {
  // UI-122, UI-1152
  it('come back the same through the address', () => {
    for (let i = 0; i < 2000; i++) {
      const operator = OPERATORS[i % OPERATORS.length] ?? 'EQUALS';
      const list = operator === 'IN' || operator === 'NOT_IN';
      const values = Array.from({ length: list ? 1 + (i % 3) : 1 }, () => random(['a', 'a,b', 'x:y', '100%', 'ü & =', '%2C', 'a b']));
      const filter: Filter = { field: random(['state', 'namespace', 'q']), operator, values, ...(i % 4 === 0 ? { key: random(['team', 'a.b']) } : {}) };
      const address = new URLSearchParams(toPairs([filter])).toString();
      expect(fromPairs(new URLSearchParams(address))).toEqual([filter]);
    }
  });
  it('are the very text that the API gets', () => {
    expect(toPairs([{ field: 'state', operator: 'IN', values: ['FAILED', 'WARNING'] }, { field: 'labels', operator: 'EQUALS', key: 'team', values: ['finance'] }])).toEqual([['filters[state][IN]', 'FAILED,WARNING'], ['filters[labels][EQUALS][team]', 'finance']]);
  });
  // UI-123, UI-131
  it('understand older addresses', () => {
    expect(fromOldPairs(new URLSearchParams('state=FAILED&state=WARNING&namespace=company&labels=a:b&page=2'))).toEqual({
      filters: [{ field: 'state', operator: 'IN', values: ['FAILED', 'WARNING'] }, { field: 'namespace', operator: 'PREFIX', values: ['company'] }, { field: 'labels', operator: 'EQUALS', key: 'a', values: ['b'] }],
      rest: [['page', '2']],
    });
  });
  // UI-124
  it('can be typed', () => {
    expect(fromTyped('state=failed,WARNING namespace^company label.team=finance >24h some words')).toEqual({
      filters: [
        { field: 'state', operator: 'IN', values: ['FAILED', 'WARNING'] },
        { field: 'namespace', operator: 'PREFIX', values: ['company'] },
        { field: 'labels', operator: 'EQUALS', key: 'team', values: ['finance'] },
        { field: 'timeRange', operator: 'EQUALS', values: ['PT24H'] },
      ],
      free: 'some words',
    });
  });
  it('replace the one on the same field', () => {
    const one: Filter = { field: 'state', operator: 'IN', values: ['FAILED'] };
    expect(withFilter([one], { ...one, values: ['SUCCESS'] })).toEqual([{ ...one, values: ['SUCCESS'] }]);
  });
});
