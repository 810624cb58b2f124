import { describe, expect, it } from 'vitest';
import { applyEdits } from '../yamlEdit';
import { CannotEdit } from './edit';
import { definitionOf, outlineOf, renameEdits, symbolAt, usagesOf } from './symbols';

const flow = `id: hello
namespace: company.team
inputs:
  - id: who
    type: STRING
  - id: who.last
    type: STRING
variables:
  city: Rome
tasks:
  - id: first # the first
    type: io.kestra.plugin.core.debug.Return
    format: "{{ inputs.who }} {{ inputs.who.last }} first"
  - id: dag
    type: io.kestra.plugin.core.flow.Dag
    tasks:
      - task:
          id: second
          type: io.kestra.plugin.core.log.Log
          message: '{{ outputs.first.value }} {{ outputs["first"].value }} {{ "outputs.first" }}'
        dependsOn: [third]
      - task: {id: third, type: io.kestra.plugin.core.log.Log, message: "{{ vars.city }}"}
triggers:
  - id: nightly
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "0 0 * * *"
outputs:
  - id: result
    type: STRING
    value: "{{ outputs.first.value }}"
`;
const renamed = (kind: 'task' | 'input' | 'variable', name: string, to: string): string => applyEdits(flow, renameEdits(flow, { kind, name }, to));

// UI-358
describe('the names of a flow', () => {
  it('are listed in the order of the text', () => {
    expect(outlineOf(flow).map((one) => `${one.kind} ${one.name} ${one.depth}`)).toEqual(['input who 0', 'input who.last 0', 'variable city 0', 'task first 0', 'task dag 0', 'task second 1', 'task third 1', 'trigger nightly 0', 'output result 0']);
    expect(outlineOf('tasks: [')).toEqual([]);
  });
  it('are found under the cursor, with their definition and their uses', () => {
    const use = flow.indexOf('outputs.first.value') + 9;
    expect(symbolAt(flow, use)).toEqual({ kind: 'task', name: 'first' });
    expect(symbolAt(flow, flow.indexOf('inputs.who.last') + 12)).toEqual({ kind: 'input', name: 'who.last' });
    expect(symbolAt(flow, flow.indexOf('Rome'))).toBeUndefined();
    const definition = definitionOf(flow, { kind: 'task', name: 'first' });
    expect(flow.slice(definition?.from, definition?.to)).toBe('first');
    const found = usagesOf(flow, { kind: 'task', name: 'first' });
    expect(found).toHaveLength(3);
    for (const span of found) expect(flow.slice(span.from, span.to)).toBe('first');
    expect(usagesOf(flow, { kind: 'input', name: 'who' })).toHaveLength(1);
    expect(usagesOf(flow, { kind: 'task', name: 'third' })).toHaveLength(1);
  });
  it('are renamed with everything that uses them, and nothing else', () => {
    expect(renamed('task', 'first', 'fetch')).toBe(flow.replace('id: first', 'id: fetch').replaceAll('outputs.first.', 'outputs.fetch.').replace('outputs["first"]', 'outputs["fetch"]'));
    expect(renamed('task', 'first', 'get-it')).toContain("'{{ outputs[\"get-it\"].value }} {{ outputs[\"get-it\"].value }}");
    expect(renamed('task', 'first', 'get-it')).toContain('value: "{{ outputs[\'get-it\'].value }}"');
    expect(renamed('task', 'third', 'zero')).toContain('dependsOn: [zero]');
    expect(renamed('input', 'who.last', 'last')).toContain('{{ inputs.who }} {{ inputs.last }}');
    expect(renamed('variable', 'city', 'town')).toContain('{{ vars.town }}');
  });
  it('are not renamed to what is not a name or is taken', () => {
    for (const [name, to] of [['first', 'a b'], ['first', ''], ['first', 'second'], ['gone', 'x']] as const) expect(() => renamed('task', name, to), to).toThrow(CannotEdit);
  });
});
