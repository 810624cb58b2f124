import { describe, expect, it } from 'vitest';
import { markedParts, marksOf } from './marks';

// UI-1080
describe('marked parts of a text', () => {
  const shown = (text: string, marks: number[][]) => markedParts(text, marks).map(({ text: part, on }) => (on ? `[${part}]` : part)).join('');
  it('are where the positions say, in the order of the text', () => expect(shown('patch-linux-fleet', [[12, 14], [0, 3]])).toBe('[pat]ch-linux-[fl]eet'));
  it('are left out where the positions do not fit', () => {
    expect(shown('abc', [[0, 2], [1, 3], [2, 9], [5, 4]])).toBe('[ab]c');
    expect(shown('', [])).toBe('');
  });
  it('are found for the words of a query', () => expect(marksOf('FL pat none', 'patch-fleet')).toEqual([[6, 8], [0, 3]]));
});
