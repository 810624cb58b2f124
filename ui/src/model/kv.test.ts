import { describe, expect, it } from 'vitest';
import { editable, encoded, kvExpression, kvProblem } from './kv';

describe('kv', () => {
  // UI-761
  it('keeps a text that looks like a number a text', () => {
    expect(encoded('STRING', '12')).toBe('"12"');
    expect(encoded('NUMBER', ' 12 ')).toBe('12');
    expect(editable('JSON', { a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(editable('STRING', 'a"b')).toBe('a"b');
  });
  // UI-763
  it('says where a text stops being JSON', () => {
    expect(kvProblem('JSON', '{"a": }')).toEqual({ key: 'json', line: 1, column: 7 });
    expect(kvProblem('JSON', '{"a": 1}')).toBeUndefined();
  });
  it.each([['NUMBER', 'x', 'number'], ['DURATION', '1 hour', 'duration'], ['DATE', 'soon', 'date'], ['DATETIME', '', 'empty'], ['BOOLEAN', 'true', undefined], ['STRING', '', undefined], ['DURATION', 'PT1H', undefined]] as const)('%s %s: %s', (type, text, key) => expect(kvProblem(type, text)?.key).toBe(key));
  it('writes the key into an expression', () => expect(kvExpression("it's")).toBe("{{ kv('it\\'s') }}"));
});
