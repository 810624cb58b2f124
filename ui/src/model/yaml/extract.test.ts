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
  it('stay where they are when they use what only their place has', () => {
    const loop = `id: hello
namespace: company.team
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [1, 2]
    tasks:
      - {id: one, type: io.kestra.plugin.core.debug.Return, format: "USE"}
      - id: inner
        type: io.kestra.plugin.core.flow.ForEach
        values: [3]
        tasks:
          - {id: two, type: io.kestra.plugin.core.debug.Return, format: "{{ taskrun.value }}"}
  - {id: last, type: io.kestra.plugin.core.debug.Return, format: "USE"}
`;
    const taken = (use: string, word: string, source = loop.replaceAll('USE', use)): (() => unknown) => () => extract(source, tasksBetween(source, source.indexOf(`id: ${word}`), source.indexOf(`id: ${word}`)), 'part');
    for (const use of ['{{ taskrun.value }}', '{{ item }}', '{{ parent.taskrun.value }}', '{{ parents[0].taskrun.value }}', '{{ trigger.date }}', "{{ x | default(taskrun.value) }}", '{% if item == 1 %}a{% endif %}']) expect(taken(use, 'one'), use).toThrow(/would not have/);
    expect(taken('{{ trigger.date }}', 'last')).toThrow(CannotEdit);
    // The loop moves too, or nothing around it stays, or the word is another.
    for (const use of ['{{ taskrun.id }}', '{{ parent.taskrun.value }}', '{{ item }}']) expect(taken(use, 'last'), use).not.toThrow();
    expect(taken('{{ 1 }}', 'inner')).not.toThrow();
    expect(taken('{{ 1 }}', 'each')).not.toThrow();
    for (const use of ["{{ 'taskrun and trigger' }}", '{{ vars.item }}', '{{ outputs.x.trigger }}', '{% for item in [1] %}{{ item }}{% endfor %}', '{% set parent = 1 %}{{ parent }}', '{{ {trigger: 1} }}']) expect(taken(use, 'last'), use).not.toThrow();
    expect(taken('{{ parent.taskrun.value }}', 'inner', loop.replace('{{ taskrun.value }}', '{{ parent.taskrun.value }}'))).toThrow(CannotEdit);
    expect(taken('{{ tasks.each.state }}', 'last')).toThrow(/other flow/);
    expect(taken('{{ tasks.one.state }}', 'one')).toThrow(/other flow/);
  });
  it('are not taken out under an id that the flow or the call cannot have', () => {
    for (const id of ['', ' ', '1st', '_x', 'a b', 'a/b', 'é', 'x'.repeat(101)]) expect(() => extract(flow, chosen, id), id).toThrow(/not an id/);
    expect(() => extract(flow, chosen, 'hello')).toThrow(/id of this flow/);
    for (const id of ['before', 'after']) expect(() => extract(flow, chosen, id), id).toThrow(/already/);
    expect(() => extract(`${flow}triggers:\n  - {id: hello_part, type: io.kestra.plugin.core.trigger.Webhook, key: k}\n`, chosen, 'hello-part')).toThrow(/already/);
    expect(readText(extract(flow, chosen, 'middle').source).value).toMatchObject({ tasks: [{ id: 'before' }, { id: 'middle', flowId: 'middle' }, { id: 'after' }] }); // its old task is gone
  });
});
