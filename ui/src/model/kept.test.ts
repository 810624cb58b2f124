import { describe, expect, it } from 'vitest';
import { readKept, withSaved, writeKept } from './kept';

describe('kept', () => {
  const map = new Map<string, string>();
  const storage = { getItem: (key: string) => map.get(key) ?? null, setItem: (key: string, value: string) => { if (value.length > 40) throw new Error('full'); map.set(key, value); } };
  it('comes back', () => {
    expect(writeKept(storage, 'a', [1])).toBe(true);
    expect(readKept(storage, 'a', [])).toEqual([1]);
  });
  it('is the fallback where storage is full, broken or not there', () => {
    expect(writeKept(storage, 'b', 'x'.repeat(100))).toBe(false);
    map.set('gyr.c', '{');
    expect(readKept(storage, 'c', 7)).toBe(7);
    expect(readKept(undefined, 'a', 7)).toBe(7);
  });
  // UI-128
  it('has one set of filters a name', () => expect(withSaved([{ name: 'a', query: '1' }, { name: 'b', query: '2' }], { name: 'b', query: '3' })).toEqual([{ name: 'b', query: '3' }, { name: 'a', query: '1' }]));
});
