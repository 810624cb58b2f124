import { describe, expect, it } from 'vitest';
import { changes, diffLines, nearChanges, pairs } from './diff';
import { seeded } from './seeded';

const short = (left: string, right: string): string => diffLines(left, right).map((line) => `${{ same: ' ', left: '-', right: '+' }[line.kind]}${line.text}`).join('\n');

describe('diff', () => {
  // UI-510
  it('finds what changed', () => {
    expect(short('a\nb\nc', 'a\nx\nc')).toBe(' a\n-b\n+x\n c');
    expect(short('a\nc', 'a\nb\nc')).toBe(' a\n+b\n c');
    expect(short('same', 'same')).toBe(' same');
    expect(short('', 'a')).toBe('-\n+a');
  });
  it('gives both texts back, whatever they are', () => {
    const next = seeded(7);
    for (let i = 0; i < 300; i++) {
      const text = (): string => Array.from({ length: Math.floor(next() * 12) }, () => 'abc'[Math.floor(next() * 3)]).join('\n');
      const [left, right] = [text(), text()];
      const lines = diffLines(left, right);
      expect(lines.filter((line) => line.kind !== 'right').map((line) => line.text).join('\n')).toBe(left);
      expect(lines.filter((line) => line.kind !== 'left').map((line) => line.text).join('\n')).toBe(right);
    }
  });
  it('stands side by side', () => {
    const rows = pairs(diffLines('a\nb\nc\nd', 'a\nx\ny\nc\ne'));
    expect(rows.map((row) => `${row.left?.text ?? ''}|${row.right?.text ?? ''}`)).toEqual(['a|a', 'b|x', '|y', 'c|c', 'd|e']);
    expect(changes(rows)).toEqual([1, 4]);
  });
  it('shows the changes with lines around them, and says where it ends', () => {
    const lines = diffLines('a\nb\nc\nd\ne\nf\ng', 'a\nB\nc\nd\ne\nf\nG');
    expect(nearChanges(lines, 1, 100)).toMatchObject({ lines: [{ text: 'a', gap: false }, { text: 'b' }, { text: 'B' }, { text: 'c', gap: false }, { text: 'f', gap: true }, { text: 'g' }, { text: 'G' }], cut: false });
    expect(nearChanges(lines, 1, 7).cut).toBe(false);
    expect(nearChanges(lines, 1, 6)).toMatchObject({ lines: { length: 6 }, cut: true });
    expect(nearChanges(diffLines('a', 'a'), 2, 6)).toEqual({ lines: [], cut: false });
  });
  it('stays within its time for two large texts that share nothing', () => {
    const large = (letter: string): string => Array.from({ length: 5000 }, (_, i) => `${letter}${i}`).join('\n');
    expect(diffLines(large('a'), large('b'))).toHaveLength(10_000);
  });
});
