import { describe, expect, it } from 'vitest';
import { readText, valueAt } from './document';
import { addTask, allTasks, duplicate, freshId, moveTask, needsBefore, pastedItems, swapTasks, taskById, usedOutputs, UsesOutput, wrapTask } from './tasks';

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
  });
});
