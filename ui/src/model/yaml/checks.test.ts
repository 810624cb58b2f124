import { describe, expect, it } from 'vitest';
import { seeded } from '../seeded';
import { checkExpressions, typesAsked } from './checks';

const known = new Map([['io.kestra.plugin.core.http.Request', ['body', 'code', 'uri']]]);
const flow = (...lines: string[]): string => `id: hello
namespace: company.team
inputs:
  - id: who
    type: STRING
  - id: nested.name
    type: STRING
variables:
  city: Rome
tasks:
  - id: first
    type: io.kestra.plugin.core.http.Request
    uri: https://example.com
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: left
        type: io.kestra.plugin.core.log.Log
        message: "{{ outputs.right.value }}"
      - id: right
        type: io.kestra.plugin.core.http.Request
        uri: "{{ outputs.first.uri }}"
  - id: user
    type: io.kestra.plugin.core.log.Log
    message: |
${lines.map((line) => `      ${line}`).join('\n')}
  - id: last
    type: io.kestra.plugin.core.http.Request
    uri: https://example.com
`;
const say = (...lines: string[]): string[] => {
  const source = flow(...lines);
  return checkExpressions(source, known).filter((one) => one.name !== 'right').map((one) => `${one.kind} ${one.name}${one.of === '' ? '' : ` of ${one.of}`}@${source.slice(one.from, one.to)}`);
};

// UI-354
describe('the check of expressions', () => {
  it('has nothing to say about what is there', () => {
    expect(say("{{ inputs.who | upper }} {{ inputs.nested.name }} {{ inputs['who'] }} {{ vars.city }} {{ outputs.first.body | jq('.a') | default('x') }}", "{{ secret('A') }} {{ now() }} {% if inputs.who is divisibleby(3) and (1 > 0) %}x{% endif %}", "{{ outputs['first'].code }} {{ trigger.outputs.any }} {{ {'a': {'b': 1}} }} {{ 'inputs.no and | nofilter nofn(' }}", '{# {{ inputs.no }} #} {% raw %}{{ inputs.no }}{% endraw %}', '{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1) }}')).toEqual([]);
  });
  it('names variables and outputs that are not there, at their place', () => {
    expect(say('{{ vars.town }}', '{{ outputs.first.bdoy }}', "{{ outputs['first'].bdoy }}", '{{ inputs.whom }} {{ outputs.frist.body }} {{ outputs.last.body }}')).toEqual(['variable town@town', 'output bdoy of first@bdoy', 'output bdoy of first@bdoy']);
  });
  it('names outputs of tasks that run at the same time', () => {
    expect(checkExpressions(flow('x'), known).map((one) => [one.kind, one.name])).toEqual([['parallel', 'right']]);
  });
  it('knows which types must be asked for', () => {
    expect(typesAsked(flow('{{ outputs.last.body }} {{ outputs.user }}'))).toEqual(['io.kestra.plugin.core.http.Request']);
    expect(typesAsked('tasks: [')).toEqual([]);
  });
  it('is silent about broken, huge and odd texts, and never fails', () => {
    expect(checkExpressions('tasks: [', known)).toEqual([]);
    expect(checkExpressions(`a: "{{ inputs.x }}"\n${'# x\n'.repeat(120_000)}`, known)).toEqual([]);
    expect(checkExpressions('- 1\n- {{ a }}', known)).toEqual([]);
    const random = seeded(3);
    const parts = ['{{', '}}', '{%', '%}', "'", '"', 'inputs.', 'outputs[', ']', '| ', '(', ')', '\\', ' x ', '{#', '#}'];
    for (let i = 0; i < 60; i++) expect(() => say(Array.from({ length: 12 }, () => parts[Math.floor(random() * parts.length)]).join(''))).not.toThrow();
  }, 30_000);
  it('know the variables that tasks of the flow set', () => {
    const text = (variables: string): string => `id: a\nnamespace: b\nvariables: {city: Rome}\ntasks:\n  - {id: set, type: io.kestra.plugin.core.execution.SetVariables, variables: ${variables}}\n  - {id: log, type: io.kestra.plugin.core.log.Log, message: "{{ vars.city }} {{ vars.set }} {{ vars.other }}"}\n`;
    const doubted = (variables: string): string[] => checkExpressions(text(variables), known).map((one) => one.name);
    expect(doubted('{set: 1}')).toEqual(['other']);
    expect(doubted('[]')).toEqual(['set', 'other']);
    expect(doubted('"{{ outputs.x }}"')).toEqual([]); // only the execution knows the names
    expect(doubted('{"{{ inputs.name }}": 1}')).toEqual([]);
  });
});
