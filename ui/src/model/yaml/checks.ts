// What an expression names and the flow does not have (UI-354). Warnings only: the server decides. Pure.
import { pathAt, valueAt, type Path, type Span } from './document';
import { callsOf, expressionsOf, referencesOf, withoutTexts, type Expression } from './expressions';
import { allTasks, type Task } from './tasks';

export interface Known { filters: readonly string[]; functions: readonly string[]; outputs: ReadonlyMap<string, readonly string[]> }
export type Doubt = 'input' | 'variable' | 'task' | 'output' | 'filter' | 'function' | 'later' | 'parallel' | 'open';
export interface Warning extends Span { kind: Doubt; name: string; of: string }

const idsOf = (value: unknown, key: string): string[] => {
  const list = valueAt(value, [key]);
  return Array.isArray(list) ? (list as { id?: unknown }[]).map((one) => String(one?.id ?? '')) : [];
};
const keysOf = (value: unknown): string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : []);
const begins = (path: Path, head: Path): boolean => head.every((part, i) => part === path[i]);
const loops = /\.(?:ForEach|ForEachItem|EachSequential|EachParallel|LoopUntil|Loop)$/;

// The types whose outputs must be known before the text can be checked.
export function typesAsked(source: string): string[] {
  const found = expressionsOf(source);
  if (!found || found.expressions.length === 0) return [];
  const tasks = new Map(allTasks(found.text.value).map((task) => [task.id, task.type]));
  return [...new Set(found.expressions.flatMap(referencesOf).flatMap((one) => (one.root === 'outputs' && one.rest !== '' ? tasks.get(one.name) ?? [] : [])))];
}

// Whether a task has not ended when another one uses it: because it stands behind it, or beside it.
function notBefore(used: Task, user: Task, tasks: readonly Task[]): 'later' | 'parallel' | undefined {
  if (begins(user.path, used.path)) return undefined; // inside of it
  let at = 0;
  while (used.path[at] !== undefined && used.path[at] === user.path[at]) at++;
  const [mine, theirs] = [user.path[at], used.path[at]];
  if (typeof mine !== 'number' || typeof theirs !== 'number') return undefined; // other branches: each has its own order
  const list = user.path.slice(0, at);
  const owner = tasks.filter((task) => list.length > task.path.length && begins(list, task.path)).sort((left, right) => right.path.length - left.path.length)[0];
  const type = owner?.type.split('.').pop() ?? '';
  if (type === 'Dag') return undefined;
  if (type === 'Parallel') return 'parallel';
  return theirs > mine ? 'later' : undefined;
}

export function checkExpressions(source: string, known: Known): Warning[] {
  const found = expressionsOf(source);
  if (!found) return [];
  const { value } = found.text;
  const tasks = allTasks(value);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const inputs = idsOf(value, 'inputs');
  const variables = keysOf(valueAt(value, ['variables']));
  const macros = new Set(found.expressions.flatMap((one) => /^-?\s*macro\s+(\w+)/.exec(one.text)?.[1] ?? []));
  const warnings: Warning[] = found.open.map((span) => ({ ...span, kind: 'open', name: '', of: '' }));
  const inLoop = (task: Task): boolean => tasks.some((one) => one !== task && loops.test(one.type) && begins(task.path, one.path));

  function check(expression: Expression): void {
    const user = userOf(expression.from);
    for (const one of referencesOf(expression)) {
      const doubt = (kind: Doubt, name = one.name, of = ''): void => { warnings.push({ kind, name, of, from: one.nameSpan.from, to: one.nameSpan.to }); };
      const full = one.rest === '' ? one.name : `${one.name}.${one.rest}`;
      if (one.root === 'inputs') {
        // The id of an input may have dots, and a value may have fields.
        if (!inputs.some((id) => id === full || full.startsWith(`${id}.`) || id.startsWith(`${full}.`))) doubt('input', full);
      } else if (one.root === 'vars') {
        if (!variables.includes(one.name)) doubt('variable');
      } else {
        const task = byId.get(one.name);
        if (!task) {
          // Outputs of a name that is computed elsewhere are not known here: only plain names of this flow are.
          if (user !== undefined || one.root === 'tasks') doubt('task');
          continue;
        }
        if (one.root === 'tasks') continue;
        const order = user && user !== task ? notBefore(task, user, tasks) : undefined;
        if (order) doubt(order);
        const names = known.outputs.get(task.type);
        const first = one.rest.split('.')[0] ?? '';
        if (!order && first !== '' && names !== undefined && names.length > 0 && !names.includes(first) && !inLoop(task)) warnings.push({ kind: 'output', name: first, of: task.id, from: one.to + 1, to: one.to + 1 + first.length });
      }
    }
    if (expression.kind === '{%' && /^-?\s*macro\b/.test(expression.text)) return;
    for (const call of callsOf(expression)) {
      const names = call.kind === 'filter' ? known.filters : known.functions;
      if (names.length > 0 && !names.includes(call.name) && !macros.has(call.name)) warnings.push({ kind: call.kind, name: call.name, of: '', from: call.from, to: call.to });
    }
    const plain = withoutTexts(expression.text);
    if (expression.kind === '{{' && plain.includes('{{')) warnings.push({ kind: 'open', name: '', of: '', from: expression.from, to: expression.from + 2 });
  }
  function userOf(offset: number): Task | undefined {
    const path = pathAt(found!.text, offset);
    return tasks.findLast((task) => begins(path, task.path));
  }
  found.expressions.forEach(check);
  return warnings.sort((left, right) => left.from - right.from);
}
