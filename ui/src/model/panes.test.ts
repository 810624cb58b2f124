import { describe, expect, it } from 'vitest';
import { closePane, movePane, openKinds, openPane, rectsOf, resizePane, saneLayout, shownKinds, standardLayout, togglePane } from './panes';
import { seeded } from './seeded';

const kinds = ['code', 'nocode', 'topology', 'docs', 'blueprints'];

// UI-340
describe('panes', () => {
  it('open in the last column and close', () => {
    const both = togglePane(standardLayout(), 'topology');
    expect(shownKinds(both)).toEqual(['code', 'topology']);
    expect(openKinds(both)).toEqual(['code', 'docs', 'topology']);
    expect(openKinds(togglePane(both, 'topology'))).toEqual(['code', 'docs']);
    expect(shownKinds(togglePane(both, 'docs'))).toEqual(['code', 'docs']);
    expect(openKinds(openPane(closePane(standardLayout(), 'docs'), 'nocode'))).toEqual(['code', 'nocode']);
  });
  it('never close the last one', () => expect(openKinds(closePane(closePane(standardLayout(), 'docs'), 'code'))).toEqual(['code']));
  it('move to a border or between tabs', () => {
    const split = movePane(openPane(standardLayout(), 'topology'), 'docs', { column: 1, stack: 0, edge: 'bottom' });
    expect(split.columns.map((column) => column.stacks.map((stack) => stack.tabs))).toEqual([[['code']], [['topology'], ['docs']]]);
    expect(movePane(split, 'docs', { column: 0, stack: 0, edge: 'left' }).columns.map((column) => column.stacks[0]?.tabs)).toEqual([['docs'], ['code'], ['topology']]);
    expect(movePane(split, 'docs', { column: 9, stack: 0, edge: 'left' })).toBe(split);
    expect(rectsOf(split).map((rect) => Math.round(rect.height))).toEqual([100, 50, 50]);
  });
  it('keep a least size', () => expect(rectsOf(resizePane(standardLayout(), 0, undefined, 9)).map((rect) => Math.round(rect.width))).toEqual([88, 12]));
  it.each([null, 3, {}, { columns: 'x' }, { columns: [{ stacks: [{ tabs: ['evil', 5] }] }] }])('are the standard ones instead of %j', (kept) => expect(saneLayout(kept, kinds)).toEqual(standardLayout()));
  it('hold each kind once and fill the whole, whatever is done', () => {
    const next = seeded(3);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
    let layout = standardLayout();
    for (let i = 0; i < 2000; i++) {
      const kind = pick(kinds);
      if (next() < 0.3) layout = togglePane(layout, kind);
      else if (next() < 0.5) layout = resizePane(layout, Math.floor(next() * 3), pick([undefined, 0, 1]), next() - 0.5);
      else if (openKinds(layout).includes(kind)) layout = movePane(layout, kind, { column: Math.floor(next() * 3), stack: Math.floor(next() * 2), edge: pick(['tab', 'left', 'right', 'top', 'bottom'] as const) });
      expect(new Set(openKinds(layout)).size).toBe(openKinds(layout).length);
      expect(openKinds(layout).length).toBeGreaterThan(0);
      expect(rectsOf(layout).reduce((sum, rect) => sum + rect.width * rect.height, 0)).toBeCloseTo(10_000);
      expect(layout.columns.every((column) => column.stacks.every((stack) => stack.tabs.includes(stack.active)))).toBe(true);
    }
  });
});
