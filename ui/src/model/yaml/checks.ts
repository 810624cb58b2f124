// What an expression names and the flow does not have (UI-354), beside what the server says of it: its validation knows inputs, tasks, filters,
// functions, the order of tasks and braces that are open. Warnings only. Pure.
import { begins, pathAt, valueAt, type Span } from './document';
import { expressionsOf, referencesOf, type Expression } from './expressions';
import { allTasks, isLoop, type Task } from './tasks';

export type Doubt = 'variable' | 'output' | 'parallel';
export interface Warning extends Span { kind: Doubt; name: string; of: string }

const keysOf = (value: unknown): string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : []);

// The variables of a flow and those that its tasks set; undefined where a task sets what only the execution knows.
function variablesOf(value: unknown, tasks: readonly Task[]): Set<string> | undefined {
  const found = new Set(keysOf(valueAt(value, ['variables'])));
  for (const task of tasks.filter((one) => one.type.endsWith('.SetVariables'))) {
    const set = valueAt(value, [...task.path, 'variables']);
    const names = keysOf(set);
    if (typeof set === 'string' || names.some((name) => name.includes('{{'))) return undefined;
    names.forEach((name) => found.add(name));
  }
  return found;
}

// The types whose outputs must be known before the text can be checked.
export function typesAsked(source: string): string[] {
  const found = expressionsOf(source);
  if (!found || found.expressions.length === 0) return [];
  const tasks = new Map(allTasks(found.text.value).map((task) => [task.id, task.type]));
  return [...new Set(found.expressions.flatMap(referencesOf).flatMap((one) => (one.root === 'outputs' && one.rest !== '' ? tasks.get(one.name) ?? [] : [])))];
}

// Whether two tasks run at the same time: in branches of one Parallel.
function besides(used: Task, user: Task, tasks: readonly Task[]): boolean {
  let at = 0;
  while (used.path[at] !== undefined && used.path[at] === user.path[at]) at++;
  if (typeof user.path[at] !== 'number' || typeof used.path[at] !== 'number') return false; // one is inside of the other, or in another branch
  const list = user.path.slice(0, at);
  const owner = tasks.filter((task) => list.length > task.path.length && begins(list, task.path)).sort((left, right) => right.path.length - left.path.length)[0];
  return owner?.type.split('.').pop() === 'Parallel';
}

// `outputs`: the names of the outputs of each type that is known.
export function checkExpressions(source: string, outputs: ReadonlyMap<string, readonly string[]>): Warning[] {
  const found = expressionsOf(source);
  if (!found) return [];
  const { value } = found.text;
  const tasks = allTasks(value);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const variables = variablesOf(value, tasks);
  const warnings: Warning[] = [];
  const inLoop = (task: Task): boolean => tasks.some((one) => one !== task && isLoop(one.type) && begins(task.path, one.path));
  const userOf = (offset: number): Task | undefined => {
    const path = pathAt(found.text, offset);
    return tasks.findLast((task) => begins(path, task.path));
  };
  function check(expression: Expression): void {
    for (const one of referencesOf(expression)) {
      if (one.root === 'vars' && variables && !variables.has(one.name)) warnings.push({ kind: 'variable', name: one.name, of: '', ...one.nameSpan });
      const task = one.root === 'outputs' ? byId.get(one.name) : undefined;
      if (!task) continue;
      const user = userOf(expression.from);
      if (user && user !== task && besides(task, user, tasks)) {
        warnings.push({ kind: 'parallel', name: one.name, of: '', ...one.nameSpan });
        continue;
      }
      const names = outputs.get(task.type) ?? [];
      const first = one.rest.split('.')[0] ?? '';
      if (first !== '' && names.length > 0 && !names.includes(first) && !inLoop(task)) warnings.push({ kind: 'output', name: first, of: task.id, from: one.to + 1, to: one.to + 1 + first.length });
    }
  }
  found.expressions.forEach(check);
  return warnings.sort((left, right) => left.from - right.from);
}
