import { describe, expect, it } from 'vitest';
import { editable, encoded, jsonProblem, kvExpression, kvProblem } from './kv';

describe('kv', () => {
  // UI-761
  it('keeps a text that looks like a number a text', () => {
    expect(encoded('STRING', '12')).toBe('"12"');
    expect(encoded('NUMBER', ' 12 ')).toBe('12');
    expect(editable('JSON', { a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(editable('STRING', 'a"b')).toBe('a"b');
  });
  // UI-763
  it('finds the place of an error in JSON', () => {
    expect(jsonProblem('{\n  "a": 1\n  "b": 2\n}')).toEqual({ line: 3, column: 3 });
    expect(jsonProblem('{"a":')).toEqual({ line: 1, column: 6 });
    expect(jsonProblem('[1, 2]')).toBeUndefined();
  });
  it.each([['NUMBER', 'x', 'number'], ['DURATION', '1 hour', 'duration'], ['DATE', 'soon', 'date'], ['DATETIME', '', 'empty'], ['BOOLEAN', 'true', undefined], ['STRING', '', undefined], ['DURATION', 'PT1H', undefined]] as const)('%s %s: %s', (type, text, key) => expect(kvProblem(type, text)?.key).toBe(key));
  it('writes the key into an expression', () => expect(kvExpression("it's")).toBe("{{ kv('it\\'s') }}"));
});
