import { describe, expect, it } from 'vitest';
import type { SchemaRoot } from '../pluginSchema';
import { readText, valueAt } from './document';
import { addItems, addTask, allTasks, branchesOf, duplicate, formPath, freshId, moveTask, needsBefore, pastedItems, swapTasks, taskById, usedOutputs, UsesOutput, wrapTask } from './tasks';

const flow = `id: f
namespace: n
tasks:
  - id: a
    type: x.Log
  # the second
  - id: b
    type: x.Return
    format: "{{ outputs.a.value }} and {{ outputs['c-d'].x }}"
  - id: if
    type: io.kestra.plugin.core.flow.If
    then:
      - {id: yes, type: x.Log}
    else:
      - {id: no, type: x.Log}
  - id: dag
    type: io.kestra.plugin.core.flow.Dag
    tasks:
      - task: {id: d1, type: x.Log}
      - task: {id: d2, type: x.Log}
        dependsOn: [d1]
errors:
  - {id: e, type: x.Log}
`;
const value = () => readText(flow).value;

describe('tasks of a flow', () => {
  it('are found wherever they are', () => {
    expect(allTasks(value()).map((task) => [task.id, task.depth, task.branch, task.parent])).toEqual([
      ['a', 0, '', ''], ['b', 0, '', ''], ['if', 0, '', ''], ['yes', 1, 'then', 'if'], ['no', 1, 'else', 'if'], ['dag', 0, '', ''], ['d1', 1, '', 'dag'], ['d2', 1, '', 'dag'], ['e', 0, 'errors', ''],
    ]);
    expect(allTasks('x')).toEqual([]);
    expect(allTasks({ tasks: [null, 3, { id: 1 }] }).map((task) => task.id)).toEqual(['1']);
  });
  it('say what outputs they use', () => {
    expect([...usedOutputs(valueAt(value(), ['tasks', 1]))]).toEqual(['a', 'c-d']);
    expect([...usedOutputs("{% if outputs.a.ok %}x{% elseif outputs['b'] %}y{% endif %}")]).toEqual(['a', 'b']);
    expect([...usedOutputs({ script: 'x\n{{\noutputs.a.value }}', '{{ outputs.c.x }}': ['{{ 1 +\toutputs.b }}', 2, null] })].sort()).toEqual(['a', 'b', 'c']);
    expect([...usedOutputs('outputs.a is no expression, {{ myoutputs.b }} neither')]).toEqual([]);
    expect(needsBefore(valueAt(value(), ['tasks', 1]), valueAt(value(), ['tasks', 0]))).toBe('a');
  });
  // UI-458
  it('change places, but not before what they use', () => {
    const [a, b, condition] = allTasks(value());
    expect(() => swapTasks(flow, a!, b!)).toThrow(UsesOutput);
    expect(allTasks(readText(swapTasks(flow, b!, condition!)).value).map((task) => task.id).slice(0, 3)).toEqual(['a', 'if', 'yes']);
    expect(swapTasks(flow, b!, condition!)).toContain('  # the second\n  - id: b\n');
    expect(() => moveTask(flow, ['tasks', 1], ['tasks'], 0)).toThrow('b uses the output of a');
    const tagged = 'tasks:\n  - {id: a, type: x}\n  - id: b\n    type: x\n    format: "{% if outputs.a.ok %}yes{% endif %}"\n';
    expect(() => moveTask(tagged, ['tasks', 1], ['tasks'], 0)).toThrow('b uses the output of a');
    expect(() => moveTask(flow, ['tasks', 0], ['tasks'], 2)).toThrow('b uses the output of a');
    expect(allTasks(readText(moveTask(flow, ['tasks', 3], ['tasks'], 0)).value)[0]?.id).toBe('dag');
  });
  it('are copied with ids of their own', () => {
    const made = duplicate(flow, ['tasks', 2]);
    expect(allTasks(readText(made).value).map((task) => task.id)).toEqual(['a', 'b', 'if', 'yes', 'no', 'if_copy', 'yes_copy', 'no_copy', 'dag', 'd1', 'd2', 'e']);
    expect(allTasks(readText(duplicate(made, ['tasks', 2])).value).map((task) => task.id)).toContain('if_copy_2');
    expect(allTasks(readText(duplicate(flow, ['tasks', 3, 'tasks', 1])).value).map((task) => task.id)).toContain('d2_copy');
    expect(readText(duplicate('inputs:\n  - {id: a, type: INT}\n', ['inputs', 0])).value).toEqual({ inputs: [{ id: 'a', type: 'INT' }, { id: 'a_copy', type: 'INT' }] });
  });
  it('do not come before what they use in another list either', () => {
    const source = 'tasks:\n  - id: p\n    tasks:\n      - {id: x, type: t}\n      - {id: y, type: t, use: "{{ outputs.x.v }}"}\n  - {id: a, type: t}\n  - {id: b, type: t, use: "{{ outputs.a.v }}"}\nerrors:\n  - {id: e, type: t}\n';
    expect(() => moveTask(source, ['tasks', 2], ['tasks', 0, 'tasks'], 0)).toThrow('b uses the output of a');
    expect(() => moveTask(source, ['tasks', 1], ['errors'], 0)).toThrow('b uses the output of a');
    expect(() => moveTask(source, ['tasks', 0, 'tasks', 0], ['tasks'], 1)).toThrow('y uses the output of x');
    const cases = 'tasks:\n  - id: s\n    cases:\n      one:\n        - {id: x, type: t}\n        - {id: y, type: t, use: "{{ outputs.x.v }}"}\n';
    expect(() => moveTask(cases, ['tasks', 0, 'cases', 'one', 1], ['tasks', 0, 'cases', 'one'], 0)).toThrow('y uses the output of x');
    const order = (text: string): string => allTasks(readText(text).value).map((task) => task.id).join(' ');
    expect(order(moveTask(source, ['tasks', 2], ['errors'], 0))).toBe('p x y a b e');
    expect(order(moveTask(source, ['tasks', 1], ['tasks', 0, 'tasks'], 0))).toBe('p a x y b e');
    expect(order(moveTask(source, ['tasks', 0, 'tasks', 1], ['tasks'], 1))).toBe('p x y a b e');
    expect(order(moveTask(source, ['tasks', 0, 'tasks', 0], ['tasks'], 0))).toBe('x p y a b e');
  });
  it('of a copied Dag depend on each other, not on those of the first', () => {
    expect(valueAt(readText(duplicate(flow, ['tasks', 3])).value, ['tasks', 4, 'tasks', 1])).toEqual({ task: { id: 'd2_copy', type: 'x.Log' }, dependsOn: ['d1_copy'] });
    expect(valueAt(readText(duplicate(flow, ['tasks', 3, 'tasks', 1])).value, ['tasks', 3, 'tasks', 2])).toEqual({ task: { id: 'd2_copy', type: 'x.Log' }, dependsOn: ['d1'] });
  });
  it('stay inside of a Dag, or outside', () => {
    expect(() => moveTask(flow, ['tasks', 3, 'tasks', 1], ['tasks'], 0)).toThrow('a task of a Dag');
    expect(() => moveTask(flow, ['tasks', 0], ['tasks', 3, 'tasks'], 0)).toThrow('a task of a Dag');
    expect(allTasks(readText(moveTask(flow, ['tasks', 3, 'tasks', 1], ['tasks', 3, 'tasks'], 0)).value).filter((task) => task.parent === 'dag').map((task) => task.id)).toEqual(['d2', 'd1']);
  });
  it('come several at once, each with an id of its own', () => {
    const items = [{ id: 'a', type: 'x.Log' }, { id: 'a', type: 'x.Log' }, { type: 'x.OtherLog' }];
    expect(allTasks(readText(addItems(flow, ['tasks'], 1, items, 'task')).value).map((task) => task.id).slice(0, 5)).toEqual(['a', 'a_2', 'a_3', 'other_log', 'b']);
    const inDag = readText(addItems(flow, ['tasks', 3, 'tasks'], 1, items.slice(0, 1), 'task')).value;
    expect(valueAt(inDag, formPath(inDag, ['tasks', 3, 'tasks'], 1))).toEqual({ id: 'a_2', type: 'x.Log' });
    // Inputs have ids of their own, triggers share those of tasks.
    expect(readText(addItems('inputs:\n  - {id: b, type: INT}\ntasks:\n  - {id: a}\n', ['inputs'], 1, [{ id: 'a' }, { id: 'b' }], 'input')).value).toMatchObject({ inputs: [{ id: 'b' }, { id: 'a' }, { id: 'b_2' }] });
    expect(readText(addItems('tasks:\n  - {id: a}\n', ['triggers'], 0, [{ id: 'a', type: 'x.T' }], 'trigger')).value).toMatchObject({ triggers: [{ id: 'a_2' }] });
    expect(() => addItems('tasks: [', ['tasks'], 0, items, 'task')).toThrow();
  });
  it('have the branches of their type and their cases', () => {
    const list = { type: 'array', items: { $ref: '#/definitions/io.kestra.core.models.tasks.Task' } };
    const root = { definitions: { 'io.kestra.core.models.tasks.Task': { anyOf: [{ $ref: '#/definitions/x.Switch' }] }, 'x.Switch': { properties: { type: { const: 'x.Switch' }, defaults: list } } } } as unknown as SchemaRoot;
    const flows = { inputs: [{ id: 'i', type: 'x.Switch' }], tasks: [{ id: 's', type: 'x.Switch', cases: { one: [], two: null } }] };
    expect(branchesOf(root, flows, ['tasks', 0])).toEqual([['tasks', 0, 'cases', 'one'], ['tasks', 0, 'cases', 'two'], ['tasks', 0, 'defaults']]);
    expect([branchesOf(root, flows, []), branchesOf(root, flows, ['inputs', 0]), branchesOf(root, flows, ['tasks', 7])]).toEqual([[], [], []]);
  });
  it('come into lists that are there or not', () => {
    expect(taskById(readText(addTask(flow, ['tasks', 3, 'tasks'], 2, { id: 'd3', type: 'x' })).value, 'd3')?.path).toEqual(['tasks', 3, 'tasks', 2, 'task']);
    expect(addTask('id: f\ntasks:\n  - {id: a}\n', ['errors'], 0, { id: 'e', type: 'x' })).toBe('id: f\ntasks:\n  - {id: a}\n\nerrors:\n  - id: e\n    type: x\n');
    expect(freshId(value(), 'a')).toBe('a_2');
    expect(pastedItems('- {id: q, type: x}')).toEqual([{ id: 'q', type: 'x' }]);
    expect(pastedItems('tasks:\n  - id: q')).toEqual([{ id: 'q' }]);
    expect(() => pastedItems('tasks: [')).toThrow();
    expect(() => pastedItems('words')).toThrow();
  });
  it('are put into another', () => {
    const made = readText(wrapTask(flow, taskById(value(), 'a')!, 'io.kestra.plugin.core.flow.Parallel', {}, 'tasks')).value;
    expect(valueAt(made, ['tasks', 0])).toEqual({ id: 'parallel', type: 'io.kestra.plugin.core.flow.Parallel', tasks: [{ id: 'a', type: 'x.Log' }] });
    const dag = readText(wrapTask(flow, taskById(value(), 'd2')!, 'x.Parallel', {}, 'tasks')).value;
    expect(valueAt(dag, ['tasks', 3, 'tasks', 1])).toEqual({ task: { id: 'parallel', type: 'x.Parallel', tasks: [{ id: 'd2', type: 'x.Log' }] }, dependsOn: ['d1'] });
  });
  it('keep their comments and their quotes in another', () => {
    const source = "tasks:\n  # before\n  - id: a # its id\n    type: 'x.Log'\n    # within\n    message: |\n      one\n";
    expect(wrapTask(source, taskById(readText(source).value, 'a')!, 'x.If', { condition: '{{ true }}' }, 'then')).toBe("tasks:\n  - id: if\n    type: x.If\n    condition: \"{{ true }}\"\n    then:\n      # before\n      - id: a # its id\n        type: 'x.Log'\n        # within\n        message: |\n          one\n");
  });
});
