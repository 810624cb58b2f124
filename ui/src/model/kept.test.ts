import { describe, expect, it } from 'vitest';
import { readKept, writeKept } from './kept';

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
});
