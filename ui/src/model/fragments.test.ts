import { expect, it } from 'vitest';
import { fragmentParts } from './fragments';

// UI-265
it('hits of a source search are marked, everything else stays text', () => {
  expect(fragmentParts('a [mark]b[/mark] <i>[mark]c[/mark]')).toEqual([{ text: 'a ', mark: false }, { text: 'b', mark: true }, { text: ' <i>', mark: false }, { text: 'c', mark: true }]);
  expect(fragmentParts('[mark]x')).toEqual([{ text: '[mark]x', mark: false }]);
});
