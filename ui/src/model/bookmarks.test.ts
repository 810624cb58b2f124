import { describe, expect, it } from 'vitest';
import { moved, renamed, toggled } from './bookmarks';

const all = ['a', 'b', 'c'].map((name) => ({ url: `/${name}`, name }));
const names = (list: readonly { name: string }[]) => list.map((one) => one.name).join('');
describe('starred pages', () => {
  // UI-42
  it('are added, taken away, renamed and moved', () => {
    expect(names(toggled(all, { url: '/d', name: 'd' }))).toBe('abcd');
    expect(names(toggled(all, { url: '/b', name: 'other' }))).toBe('ac');
    expect(names(renamed(all, '/b', ' x '))).toBe('axc');
    expect(names(renamed(all, '/b', '  '))).toBe('abc');
    expect([moved(all, '/c', -1), moved(all, '/a', -1), moved(all, '/a', 1), moved(all, '/z', 1)].map(names)).toEqual(['acb', 'abc', 'bac', 'abc']);
    expect(toggled(Array.from({ length: 100 }, (_, i) => ({ url: `/${i}`, name: '' })), { url: '/new', name: 'n' })).toHaveLength(100);
  });
});
