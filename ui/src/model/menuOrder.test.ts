import { describe, expect, it } from 'vitest';
import { asMenuChoice, movedEntry, ordered, toggledEntry } from './menuOrder';

const menu = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
const ids = (entries: readonly { id: string }[]): string => entries.map((entry) => entry.id).join('');

describe('the menu of a person', () => {
  // UI-43
  it('has the order that was chosen; a new entry stays in its place', () => {
    expect(ids(ordered(menu, []))).toBe('abcd');
    expect(ids(ordered(menu, ['d', 'c', 'b', 'a']))).toBe('dcba');
    expect(ids(ordered(menu, ['d', 'a', 'gone']))).toBe('dbca');
  });
  it('moves an entry by one place, not beyond the ends, and keeps the order of other groups', () => {
    expect(ids(ordered(menu, movedEntry(menu, [], 'c', -1)))).toBe('acbd');
    expect(ids(ordered(menu, movedEntry(menu, ['d', 'c', 'b', 'a'], 'd', 1)))).toBe('cdba');
    expect(movedEntry(menu, ['x', 'y'], 'a', -1)).toEqual(['x', 'y']);
    expect(movedEntry(menu, ['x', 'y'], 'a', 1)).toEqual(['x', 'y', 'b', 'a', 'c', 'd']);
    expect(movedEntry(menu, [], 'nothing', 1)).toEqual([]);
  });
  it('hides and shows, but never what leads back', () => {
    expect(toggledEntry([], 'a')).toEqual(['a']);
    expect(toggledEntry(['a', 'b'], 'a')).toEqual(['b']);
    expect(toggledEntry([], 'preferences')).toEqual([]);
  });
  it('ignores a value that is not a choice', () => {
    for (const value of [null, undefined, 1, 'x', [], { order: 'x', hidden: 3 }, { order: [1, null], hidden: [{}] }]) expect(asMenuChoice(value)).toEqual({ order: [], hidden: [] });
    expect(asMenuChoice({ order: ['a', 1], hidden: ['b', 'preferences'] })).toEqual({ order: ['a'], hidden: ['b'] });
  });
});
