import { describe, expect, it } from 'vitest';
import { merge } from './merge';
import { seeded } from './seeded';

// UI-345
describe('merge', () => {
  const base = 'a\nb\nc\nd\ne';
  it('takes what only one side changed', () => expect(merge(base, 'a\nB\nc\nd\ne', 'a\nb\nc\nd\nE\nf')).toEqual({ text: 'a\nB\nc\nd\nE\nf', conflicts: 0 }));
  it('takes the same change once', () => expect(merge(base, 'a\nX\nc\nd\ne', 'a\nX\nc\nd\ne')).toEqual({ text: 'a\nX\nc\nd\ne', conflicts: 0 }));
  it('keeps both where both changed a line', () => expect(merge(base, 'a\nX\nc\nd\ne', 'a\nY\nc\nd\ne')).toEqual({ text: 'a\n# <<<<<<< mine\nX\n# =======\nY\n# >>>>>>> theirs\nc\nd\ne', conflicts: 1 }));
  it('takes away what one side took away', () => expect(merge(base, 'a\nc\nd\ne', 'a\nb\nc\nd')).toEqual({ text: 'a\nc\nd', conflicts: 0 }));
  it('is the other text where one side changed nothing', () => {
    const next = seeded(11);
    const text = (): string => Array.from({ length: 1 + Math.floor(next() * 8) }, () => 'abc'[Math.floor(next() * 3)]).join('\n');
    for (let i = 0; i < 500; i++) {
      const [old, other] = [text(), text()];
      expect(merge(old, old, other)).toEqual({ text: other, conflicts: 0 });
      expect(merge(old, other, old)).toEqual({ text: other, conflicts: 0 });
      expect(merge(old, other, other)).toEqual({ text: other, conflicts: 0 });
    }
  });
});
