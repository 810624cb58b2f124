import { describe, expect, it } from 'vitest';
import { readText } from './document';
import { CannotEdit } from './edit';
import { extract, tasksBetween } from './extract';

const flow = `id: hello
namespace: company.team
inputs:
  - id: who
    type: STRING
  - id: other
    type: STRING
variables:
  city: Rome
tasks:
  - id: before
    type: io.kestra.plugin.core.debug.Return
    format: one

  # the middle
  - id: middle # kept
    type: io.kestra.plugin.core.debug.Return
    format: "{{ inputs.who }} {{ vars.city }} {{ outputs.before.value }}"
  - id: second
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.middle.value }}"
  - id: after
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.middle.value }}"
`;
const at = (word: string): number => flow.indexOf(word);

// UI-358
describe('tasks taken out into a flow of their own', () => {
  const chosen = tasksBetween(flow, at('id: middle'), at('outputs.middle'));
  it('are those that the selection touches', () => {
    expect(chosen.map((task) => task.id)).toEqual(['middle', 'second']);
    expect(tasksBetween(flow, at('id: after'), at('id: after')).map((task) => task.id)).toEqual(['after']);
    expect(tasksBetween(flow, 0, 3)).toEqual([]);
    expect(tasksBetween('tasks: [', 0, 3)).toEqual([]);
  });
  it('get what they use as inputs, and give what is used as outputs', () => {
    const made = extract(flow, chosen, 'hello-part');
    const part = readText(made.flow);
    expect(part.problem).toBeUndefined();
    expect(part.value).toEqual({
      id: 'hello-part', namespace: 'company.team', inputs: [{ id: 'who', type: 'STRING' }, { id: 'before_value', type: 'STRING' }], variables: { city: 'Rome' },
      tasks: [
        { id: 'middle', type: 'io.kestra.plugin.core.debug.Return', format: '{{ inputs.who }} {{ vars.city }} {{ inputs.before_value }}' },
        { id: 'second', type: 'io.kestra.plugin.core.log.Log', message: '{{ outputs.middle.value }}' },
      ],
      outputs: [{ id: 'middle_value', type: 'STRING', value: '{{ outputs.middle.value }}' }],
    });
    expect(made.flow).toContain('# the middle');
    const rest = readText(made.source).value as { tasks: Record<string, unknown>[] };
    expect(rest.tasks.map((task) => task['id'])).toEqual(['before', 'hello_part', 'after']);
    expect(rest.tasks[1]).toEqual({ id: 'hello_part', type: 'io.kestra.plugin.core.flow.Subflow', namespace: 'company.team', flowId: 'hello-part', inputs: { who: '{{ inputs.who }}', before_value: '{{ outputs.before.value }}' }, wait: true, transmitFailed: true });
    expect(rest.tasks[2]).toMatchObject({ message: '{{ outputs.hello_part.outputs.middle_value }}' });
  });
  it('stay where they are when something needs all outputs of a task', () => {
    expect(() => extract(flow.replace('{{ outputs.before.value }}', '{{ outputs.before }}'), chosen, 'x')).toThrow(CannotEdit);
    expect(() => extract(flow, [], 'x')).toThrow(CannotEdit);
  });
});
