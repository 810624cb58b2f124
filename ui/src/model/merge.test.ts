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
  it('keeps all that one side changed beside one large change of the other', () => {
    const ten = Array.from({ length: 10 }, (_, i) => `line ${i + 1}`);
    const theirs = ten.map((line, i) => (i === 1 || i === 4 ? `${line} of theirs` : line));
    expect(merge([...ten, 'end'].join('\n'), 'mine\nend', [...theirs, 'end'].join('\n'))).toEqual({ text: ['# <<<<<<< mine', 'mine', '# =======', ...theirs, '# >>>>>>> theirs', 'end'].join('\n'), conflicts: 1 });
    expect(merge([...ten, 'end'].join('\n'), [...theirs, 'end'].join('\n'), 'mine\nend')).toEqual({ text: ['# <<<<<<< mine', ...theirs, '# =======', 'mine', '# >>>>>>> theirs', 'end'].join('\n'), conflicts: 1 });
  });
  it('loses no line that a side wrote, and each part of a conflict is a part of its side', () => {
    const next = seeded(12);
    const changed = (lines: readonly string[], name: string): string[] => lines.flatMap((line, i) => {
      const kind = next();
      if (kind < 0.6) return [line];
      if (kind < 0.7) return [];
      return kind < 0.85 ? [`${name}${i}`] : [line, `${name}${i}`, `${name}${i}+`];
    });
    const wrong: string[] = [];
    for (let i = 0; i < 500; i++) {
      const base = Array.from({ length: 1 + Math.floor(next() * 12) }, (_, k) => `${k}`);
      const [mine, theirs] = [changed(base, 'm'), changed(base, 't')];
      const { text, conflicts } = merge(base.join('\n'), mine.join('\n'), theirs.join('\n'));
      const result = new Set(text.split('\n'));
      const whole = [...mine, ...theirs].every((line) => result.has(line) || (base.includes(line) && !(mine.includes(line) && theirs.includes(line))));
      const parts = [...text.matchAll(/^# <<<<<<< mine\n((?:.*\n)*?)# =======\n((?:.*\n)*?)# >>>>>>> theirs$/gm)];
      const own = parts.every(([, left = '', right = '']) => `\n${mine.join('\n')}\n`.includes(`\n${left}`) && `\n${theirs.join('\n')}\n`.includes(`\n${right}`));
      if (!whole || !own || parts.length !== conflicts) wrong.push([base, mine, theirs, text].join('\n\n'));
    }
    expect(wrong).toEqual([]);
  });
});
