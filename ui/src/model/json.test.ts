import { describe, expect, it } from 'vitest';
import { jsonErrorAt, jsonProblem } from './json';
import { seeded } from './seeded';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('JSON', () => {
  // UI-763
  it.each([
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3], ['{"a":', 1, 6], ['{"a": }', 1, 7], ['{"a" 1}', 1, 6], ['[1, 2,]', 1, 7], ['{"a": 1,}', 1, 9], ['{a: 1}', 1, 2], ['[1 2]', 1, 4],
    ['', 1, 1], ['  \n ', 2, 2], ['{} x', 1, 4], ['"open', 1, 6], ['"a\nb"', 1, 3], ['["\\x"]', 1, 3], ['["\\u12"]', 1, 3], ['01', 1, 2], ['-', 1, 1], ['1.', 1, 2], ['.5', 1, 1], ['nul', 1, 1],
    ['[}', 1, 2], ['{]', 1, 2], ['{"a": 1]', 1, 8], ['[', 1, 2], ['\n\n]', 3, 1], ["{'a': 1}", 1, 2], ['[1]\u00a0', 1, 4], ['\n"a', 2, 3], ['truefalse', 1, 5],
  ])('%j stops at line %i, column %i', (text, line, column) => expect(jsonProblem(text)).toEqual({ line, column }));
  it.each(['{}', '[]', ' [1, -0.5e+3, 0, "a\\u00fc\\"\\\\", true, false, null, {"a": {"": []}}]\r\n', '"ü\u2028"', '12', 'null'])('%j is JSON', (text) => expect(jsonProblem(text)).toBeUndefined());
  it('judges as the engine does', () => {
    const next = seeded(7);
    const parts = ['{', '}', '[', ']', ',', ':', '"', '"a"', '"\\n"', '\\', '0', '1', '-', '.', 'e', '+', 'true', 'null', 'nul', ' ', '\n', '\u0001', 'ü', '{"a":1}', '[1,2]'];
    const texts = Array.from({ length: 5000 }, () => Array.from({ length: 1 + Math.floor(next() * 7) }, () => parts[Math.floor(next() * parts.length)]).join(''));
    expect(texts.filter((text) => (jsonErrorAt(text) === undefined) !== isJson(text))).toEqual([]);
    expect(texts.filter(isJson).length).toBeGreaterThan(50);
  });
  it('reads a long and a deep text once', () => {
    const deep = 50_000;
    expect(jsonErrorAt(`${'['.repeat(deep)}${']'.repeat(deep)}`)).toBeUndefined();
    expect(jsonErrorAt('['.repeat(deep))).toBe(deep);
    expect(jsonErrorAt(`[${'"\\n long",'.repeat(deep)}]`)).toBe(1 + 10 * deep);
    expect(jsonErrorAt(`"${'x'.repeat(1_000_000)}`)).toBe(1_000_001);
  });
});
