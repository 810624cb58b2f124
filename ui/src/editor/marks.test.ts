import { describe, expect, it } from 'vitest';
import { expressionAt } from './assist';
import { marksIn } from './expressionMarks';
import { lensesIn } from './lenses';

const say = (text: string): string[] => marksIn(text).map((mark) => `${mark.kind} ${text.slice(mark.from, mark.to)}`);

// UI-350
describe('the marks of expressions', () => {
  it('are the expression and its texts, numbers, words and calls', () => {
    expect(say("a {{ inputs.x | default('y') }} b")).toEqual(["whole {{ inputs.x | default('y') }}", 'call default', "text 'y'"]);
    expect(say('{% if vars.a1 > 10 and now() %}')).toEqual(['whole {% if vars.a1 > 10 and now() %}', 'word if', 'number 10', 'word and', 'call now']);
    expect(say('{{ a\n  | upper }}')).toEqual(['whole {{ a\n  | upper }}', 'call upper']);
  });
  it('are none where there is no end', () => {
    expect(say('{{ a')).toEqual([]);
    expect(say(`{{ ${'x'.repeat(3000)} }}`)).toEqual([]);
  });
});

// UI-357
describe('the lines of tasks', () => {
  const text = 'tasks:\n  - id: first\n    type: io.kestra.plugin.core.log.Log\n    list:\n      - id: x\n  - type: io.kestra.plugin.core.flow.Sequential\n    id: second\n    tasks:\n    - id: inner\n      type: a.b.C\ninputs:\n  - id: who\n    type: STRING\n';
  it('are those of items with a type of a plugin', () => {
    expect(lensesIn(text).map((one) => text.slice(one.from, one.to))).toEqual(['  - id: first', '  - type: io.kestra.plugin.core.flow.Sequential', '    - id: inner']);
    expect(lensesIn('')).toEqual([]);
  });
});

// UI-359
describe('the expression at a place', () => {
  it('is the one around it, without its braces', () => {
    const text = 'a: "{{ inputs.x }} and {{ vars.y | upper }}"';
    expect(expressionAt(text, text.indexOf('inputs'))?.inner).toBe('inputs.x');
    expect(expressionAt(text, text.indexOf('upper'))?.inner).toBe('vars.y | upper');
    expect(expressionAt(text, 1)).toBeUndefined();
    expect(expressionAt(text, text.indexOf(' and'))?.inner).toBe('inputs.x');
    expect(expressionAt('{{ a', 3)).toBeUndefined();
  });
});
