// Takes tasks that follow each other out of a flow into one of their own, which the flow then calls (UI-358). Pure.
import { applyEdits, type TextEdit } from '../yamlEdit';
import { begins, pathAt, readText, spanOf, valueAt, type Path, type Span } from './document';
import { CannotEdit, insertItem, rawItem, removeAt } from './edit';
import { contextOf, expressionsOf, usesOf, type ContextUse, type Reference, type Use } from './expressions';
import { blockText, shifted } from './render';
import { allTasks, freshId, isLoop, itemPath, type Task } from './tasks';

export interface Extracted { flow: string; source: string; tasks: string[] }
const wordOf = (use: Reference): string => [use.name, ...use.rest.split('.')].filter((part) => part !== '').join('_').replace(/\W/g, '_');

// The tasks of one list that a selection touches.
export function tasksBetween(source: string, from: number, to: number): Task[] {
  const text = readText(source);
  if (text.problem) return [];
  const tasks = allTasks(text.value);
  const [first, last] = [from, Math.max(from, to - 1)].map((offset) => pathAt(text, offset));
  const touched = (path: Path | undefined, list: Path): Task | undefined => tasks.find((task) => task.list.join('/') === list.join('/') && path !== undefined && begins(path, itemPath(task)));
  // The deepest list that has both ends.
  for (const list of [...new Set(tasks.map((task) => task.list.join('/')))].map((key) => tasks.find((task) => task.list.join('/') === key)!.list).sort((left, right) => right.length - left.length)) {
    const [begin, end] = [touched(first, list), touched(last, list)];
    if (begin && end) return tasks.filter((task) => task.list.join('/') === list.join('/') && task.index >= begin.index && task.index <= end.index);
  }
  return [];
}

const fitsFlow = /^[A-Za-z][\w.-]{0,99}$/;
// The id of the task that calls the new flow. The flow has the same id, so that both are checked before anything is written.
function callId(value: Record<string, unknown>, id: string, moved: ReadonlySet<string>): string {
  if (!fitsFlow.test(id)) throw new CannotEdit(`"${id}" is not an id of a flow: it begins with a letter and has letters, digits, ".", "_" and "-", 100 at most`);
  if (id === value['id']) throw new CannotEdit(`"${id}" is the id of this flow: choose another`);
  const call = id.replace(/\W/g, '_');
  if (!moved.has(call) && freshId(value, call) !== call) throw new CannotEdit(`this flow has a task or trigger "${call}" already: choose another id`);
  return call;
}
// What an expression takes from where it stands has another meaning, or none, in the new flow: `trigger` always, the value of a loop where the
// loop stays.
function checkContext(found: readonly ContextUse[], tasks: readonly Task[], first: Task, moved: (task: Task) => boolean, spanOfTask: (task: Task) => Span | undefined): void {
  const above = tasks.filter((task) => first.list.length > task.path.length && begins(first.list, task.path));
  const inMovedLoop = (use: ContextUse): boolean => tasks.some((task) => {
    if (!moved(task) || !isLoop(task.type)) return false;
    const span = spanOfTask(task);
    return span !== undefined && use.from >= span.from && use.to <= span.to;
  });
  for (const use of found) {
    const stays = use.name === 'trigger' || (use.name.startsWith('parent') ? above.length > 0 : above.some((task) => isLoop(task.type)) && !inMovedLoop(use));
    if (stays) throw new CannotEdit(`a task uses "${use.name}", which the new flow would not have: give it to the flow as an input first`);
  }
}

export function extract(source: string, chosen: readonly Task[], id: string): Extracted {
  const text = readText(source);
  const [first] = chosen;
  const last = chosen[chosen.length - 1];
  if (text.problem || !first || !last) throw new CannotEdit('no task is selected');
  const value = text.value as Record<string, unknown>;
  const [begin, end] = [spanOf(text, itemPath(first)), spanOf(text, itemPath(last))];
  const raws = chosen.map((task) => rawItem(source, itemPath(task)));
  if (!begin || !end || raws.some((one) => one === undefined) || first.path.length > itemPath(first).length) throw new CannotEdit('these tasks cannot be taken out of their list');
  const ids = new Set(chosen.flatMap((task) => allTasks(text.value).filter((one) => begins(one.path, task.path)).map((one) => one.id)));
  const call = callId(value, id, ids);
  const uses = usesOf(source);
  const inside = (use: Use): boolean => use.from >= begin.from && use.to <= end.to;
  const mine = uses.filter(inside);
  const tasks = allTasks(text.value);
  const isMoved = (task: Task): boolean => chosen.some((one) => begins(task.path, one.path));
  checkContext(contextOf((expressionsOf(source)?.expressions ?? []).filter((one) => one.from >= begin.from && one.to <= end.to)), tasks, first, isMoved, (task) => spanOf(text, itemPath(task)));
  const state = uses.find((use) => use.root === 'tasks' && inside(use) !== ids.has(use.name));
  if (state) throw new CannotEdit(`an expression uses "tasks.${state.name}", which would be in the other flow`);

  // What comes in: inputs and variables of the flow, and outputs of tasks that stay.
  const inputs = new Map<string, { definition: unknown; given: string }>();
  const edits: TextEdit[] = [];
  const given = Array.isArray(value['inputs']) ? (value['inputs'] as { id?: unknown }[]) : [];
  for (const use of mine) {
    if (use.root === 'inputs') {
      const full = use.rest === '' ? use.name : `${use.name}.${use.rest}`;
      const definition = given.find((one) => one?.id === full || full.startsWith(`${String(one?.id)}.`));
      if (definition) inputs.set(String(definition.id), { definition, given: `{{ inputs.${String(definition.id)} }}` });
    } else if (use.root === 'outputs' && !ids.has(use.name)) {
      if (use.rest === '') throw new CannotEdit(`a task uses all outputs of "${use.name}", which stays here`);
      inputs.set(wordOf(use), { definition: { id: wordOf(use), type: 'STRING' }, given: `{{ ${source.slice(use.from, use.to)}.${use.rest} }}`.replaceAll('\\', '') });
      edits.push({ from: use.from, to: use.to + 1 + use.rest.length, text: `inputs.${wordOf(use)}` });
    }
  }
  const variables = Object.fromEntries(mine.filter((use) => use.root === 'vars').map((use): [string, unknown] => [use.name, valueAt(value, ['variables', use.name])]));

  // What goes out: outputs that tasks use which stay.
  const outputs = new Map<string, { id: string; type: string; value: string }>();
  const later: TextEdit[] = [];
  for (const use of uses.filter((one) => one.root === 'outputs' && !inside(one) && ids.has(one.name))) {
    if (use.rest === '') throw new CannotEdit(`another task uses all outputs of "${use.name}"`);
    outputs.set(wordOf(use), { id: wordOf(use), type: 'STRING', value: `{{ outputs.${use.name}.${use.rest} }}` });
    later.push({ from: use.from, to: use.to + 1 + use.rest.length, text: `outputs.${call}.outputs.${wordOf(use)}` });
  }

  // The text of the tasks with what they now take from inputs.
  const changed = applyEdits(source, edits);
  const moved = chosen.map((task) => rawItem(changed, itemPath(task)) ?? '');
  const head = blockText({ id, namespace: value['namespace'], ...(inputs.size > 0 ? { inputs: [...inputs.values()].map((one) => one.definition) } : {}), ...(Object.keys(variables).length > 0 ? { variables } : {}) });
  const tail = outputs.size > 0 ? `\n${blockText({ outputs: [...outputs.values()] })}\n` : '';
  const flow = `${head}\n\ntasks:\n${moved.map((one) => shifted(one, 2)).join('\n\n')}\n${tail}`;
  if (readText(flow).problem) throw new CannotEdit('the new flow would not read as YAML');

  const caller = { id: call, type: 'io.kestra.plugin.core.flow.Subflow', namespace: value['namespace'], flowId: id, ...(inputs.size > 0 ? { inputs: Object.fromEntries([...inputs].map(([name, one]) => [name, one.given])) } : {}), wait: true, transmitFailed: true };
  let rest = applyEdits(source, later);
  rest = insertItem(rest, first.list, first.index, caller);
  for (let i = 0; i < chosen.length; i++) rest = removeAt(rest, [...first.list, first.index + 1]);
  return { flow, source: rest, tasks: chosen.map((task) => task.id) };
}
