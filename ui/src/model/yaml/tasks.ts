// The tasks, triggers and inputs of a flow: where they are, what they use, and edits that keep their ids unique. Pure.
import { branchKeys, type PlaceKind, type SchemaRoot } from '../pluginSchema';
import { pathAt, readText, valueAt, type Path } from './document';
import { CannotEdit, insertItem, moveItem, rawItem, removeAt, setValue } from './edit';
import { blockText, shifted } from './render';

export interface Task { id: string; type: string; path: Path; list: Path; index: number; depth: number; branch: string; disabled: boolean; parent: string }
type Fields = Record<string, unknown>;
const fields = (value: unknown): Fields | undefined => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined);

// The order in which a flow is written; a new key finds its place by it.
export const flowOrder = ['id', 'namespace', 'revision', 'description', 'labels', 'disabled', 'inputs', 'variables', 'concurrency', 'retry', 'sla', 'checks', 'workerGroup', 'tasks', 'errors', 'finally', 'afterExecution', 'outputs', 'triggers', 'pluginDefaults'];
export const taskLists = ['tasks', 'then', 'else', 'cases', 'defaults', 'errors', 'finally', 'afterExecution'];

function tasksIn(value: unknown, path: Path, depth: number, branch: string, parent: string, found: Task[]): void {
  const at = fields(value);
  if (!at) return;
  for (const key of taskLists) {
    const list = at[key];
    if (key === 'cases') {
      for (const name of Object.keys(fields(list) ?? {})) tasksOf((list as Fields)[name], [...path, key, name], depth, name, parent, found);
    } else tasksOf(list, [...path, key], depth, key === 'tasks' ? branch : key, parent, found);
  }
}
function tasksOf(list: unknown, path: Path, depth: number, branch: string, parent: string, found: Task[]): void {
  if (!Array.isArray(list)) return;
  (list as unknown[]).forEach((item, index) => {
    const outer = fields(item);
    if (!outer) return;
    const inner = fields(outer['task']) ?? outer; // a Dag holds its tasks in `task`
    const id = String(inner['id'] ?? '');
    const own: Path = inner === outer ? [...path, index] : [...path, index, 'task'];
    found.push({ id, type: String(inner['type'] ?? ''), path: own, list: path, index, depth, branch, disabled: inner['disabled'] === true, parent });
    tasksIn(inner, own, depth + 1, '', id, found);
  });
}
export function allTasks(value: unknown): Task[] {
  const found: Task[] = [];
  tasksIn(value, [], 0, '', '', found);
  return found;
}
// The types that run their tasks once for each value.
export const isLoop = (type: string): boolean => /\.(?:ForEach|ForEachItem|EachSequential|EachParallel|LoopUntil|Loop)$/.test(type);
export const taskById = (value: unknown, id: string): Task | undefined => allTasks(value).find((task) => task.id === id);
// The item of a list that a task is: the entry of a Dag around it.
export const itemPath = (task: Task): Path => [...task.list, task.index];

// An id that is free: among the tasks and triggers, or among the inputs, which have ids of their own.
export function freshId(value: unknown, wish: string, place: PlaceKind = 'task'): string {
  const of = (key: string): string[] => {
    const list: unknown = fields(value)?.[key];
    return Array.isArray(list) ? (list as unknown[]).map((one) => String(fields(one)?.['id'])) : [];
  };
  const taken = new Set(place === 'input' ? of('inputs') : [...allTasks(value).map((task) => task.id), ...of('triggers')]);
  for (let i = 1; ; i++) {
    const id = i === 1 ? wish : `${wish}_${i}`;
    if (!taken.has(id)) return id;
  }
}
export const idFor = (type: string): string => (type.split('.').pop() ?? 'task').replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().replace(/\W+/g, '_') || 'task';

// All texts of a value, the names of its keys too.
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap(textsIn)];
}
// The tasks whose outputs a value uses in its expressions.
export function usedOutputs(value: unknown): Set<string> {
  const found = new Set<string>();
  for (const text of textsIn(value)) {
    for (const [expression] of text.matchAll(/\{\{.*?\}\}|\{%.*?%\}/gs)) {
      for (const match of expression.matchAll(/(?<![\w.])outputs\s*(?:\.\s*([\w-]+)|\[\s*\\?["']([^"'\\]+)\\?["']\s*\])/g)) found.add(match[1] ?? match[2] ?? '');
    }
  }
  return found;
}
const idsWithin = (value: unknown): string[] => [String(fields(value)?.['id'] ?? ''), ...allTasks(value).map((task) => task.id)];

// Why a task cannot stand before another: it, or a task in it, uses an output of the other.
export function needsBefore(first: unknown, second: unknown): string | undefined {
  const used = usedOutputs(first);
  return idsWithin(second).find((id) => id !== '' && used.has(id));
}

// Copies an item right behind it; each task in the copy gets an id of its own.
export function duplicate(source: string, path: Path): string {
  const list = path.slice(0, -1);
  const index = Number(path[path.length - 1]);
  const { value } = readText(source);
  const item = valueAt(value, path);
  let made = insertItem(source, list, index + 1, item, [], rawItem(source, path));
  const copy: Path = [...list, index + 1];
  const inner: Path = fields(fields(item)?.['task']) ? ['task'] : [];
  const places: Path[] = [inner, ...allTasks(valueAt(item, inner)).map((task) => [...inner, ...task.path])];
  const names = new Map<string, string>();
  for (const place of places) {
    const at: Path = [...copy, ...place, 'id'];
    const id = valueAt(readText(made).value, at);
    if (typeof id !== 'string') continue;
    const name = freshName(readText(made).value, id, at);
    names.set(id, name);
    made = setValue(made, at, name);
  }
  // What depends on a task of the copy depends on the copied one. The entry that is copied itself keeps what it depends on.
  for (const place of places.slice(1).filter((one) => one[one.length - 1] === 'task')) {
    const at: Path = [...copy, ...place.slice(0, -1), 'dependsOn'];
    const needs = valueAt(readText(made).value, at);
    if (Array.isArray(needs)) for (const [i, one] of (needs as unknown[]).entries()) made = setValue(made, [...at, i], names.get(String(one)) ?? one);
  }
  return made;
}
function freshName(value: unknown, id: string, at: Path): string {
  // Inputs and outputs have ids of their own, beside those of tasks.
  const list = at.length === 3 ? valueAt(value, at.slice(0, 1)) : undefined;
  const taken = new Set(Array.isArray(list) ? (list as unknown[]).map((one) => String(fields(one)?.['id'])) : []);
  for (let i = 1; ; i++) {
    const wish = freshId(value, `${id.replace(/_copy(?:_\d+)?$/, '')}_copy${i === 1 ? '' : `_${i}`}`);
    if (!taken.has(wish)) return wish;
  }
}

const inDag = (value: unknown, list: Path): boolean => list[list.length - 1] === 'tasks' && String(fields(valueAt(value, list.slice(0, -1)))?.['type'] ?? '').endsWith('.flow.Dag');
// A new task at a place of a list.
export function addTask(source: string, list: Path, index: number, task: Fields): string {
  return insertItem(source, list, index, inDag(readText(source).value, list) ? { task } : task, list.length === 1 ? flowOrder : []);
}
// Items at a place of a list, one behind the other, each with an id that is free.
export function addItems(source: string, list: Path, index: number, items: readonly Fields[], place: PlaceKind): string {
  return items.reduce((text: string, item, i) => {
    const made = { ...item, id: freshId(readText(text).value, String(item['id'] ?? idFor(String(item['type'] ?? place))), place) };
    return place === 'task' ? addTask(text, list, index + i, made) : insertItem(text, list, index + i, made, flowOrder);
  }, source);
}
// Where the form of an item of a list is: a Dag holds its tasks in `task`.
export const formPath = (value: unknown, list: Path, index: number): Path => [...list, index, ...(inDag(value, list) ? ['task'] : [])];
// The lists of tasks that a task has or can have.
export function branchesOf(root: SchemaRoot, value: unknown, path: Path): Path[] {
  const own = fields(valueAt(value, path));
  if (!own || path.length === 0 || path[0] === 'inputs' || path[0] === 'triggers') return [];
  return [...Object.keys(fields(own['cases']) ?? {}).map((name): Path => [...path, 'cases', name]), ...branchKeys(root, String(own['type'] ?? '')).map((name): Path => [...path, name])];
}
// Items that somebody pasted: one, a list of them, or a key with a list.
export function pastedItems(text: string): Fields[] {
  const read = readText(text);
  if (read.problem) throw new CannotEdit(`line ${read.problem.line}: ${read.problem.message}`);
  const value = Array.isArray(read.value) ? (read.value as unknown[]) : fields(read.value)?.['tasks'] ?? fields(read.value)?.['triggers'] ?? [read.value];
  const items = (Array.isArray(value) ? (value as unknown[]) : []).map(fields);
  if (items.length === 0 || items.some((item) => item === undefined)) throw new CannotEdit('there is no task in it');
  return items as Fields[];
}

// Two tasks of one list change their places, unless the one that would then come first uses an output of the other.
export function swapTasks(source: string, left: Task, right: Task): string {
  const { value } = readText(source);
  const [first, second] = left.index < right.index ? [left, right] : [right, left];
  const list = valueAt(value, first.list) as unknown[];
  const passed = list.slice(first.index, second.index + 1);
  for (const [i, later] of passed.entries()) {
    // The second comes before all of them, the first behind all of them.
    const used = i === 0 ? undefined : (needsBefore(later, passed[0]) ?? (i < passed.length - 1 ? needsBefore(passed[passed.length - 1], later) : undefined));
    if (used !== undefined) throw new UsesOutput(used === idsWithin(passed[0])[0] ? String(idsWithin(later)[0]) : second.id, used);
  }
  const moved = moveItem(source, itemPath(second), first.list, first.index);
  return first.index + 1 === second.index ? moved : moveItem(moved, [...first.list, first.index + 1], first.list, second.index + 1);
}
export class UsesOutput extends CannotEdit {
  constructor(readonly task: string, readonly output: string) { super(`${task} uses the output of ${output}`); }
}
// Moves a task, unless that puts it before a task whose output it uses, or behind one that uses its own.
export function moveTask(source: string, from: Path, to: Path, index: number): string {
  const { value } = readText(source);
  // An item of a Dag names what it depends on; elsewhere that would be lost, and the item would be no task.
  if (inDag(value, from.slice(0, -1)) !== inDag(value, to)) throw new CannotEdit('a task of a Dag stays in a Dag, and other tasks stay outside');
  const made = moveItem(source, from, to, index);
  refuseOrder(value, readText(made).value, valueAt(value, from));
  return made;
}
function refuseOrder(before: unknown, after: unknown, item: unknown): void {
  const own = new Set(idsWithin(item).concat(idsWithin(fields(item)?.['task'])).filter((id) => id !== ''));
  const [old, next] = [allTasks(before), allTasks(after)];
  const [from, to] = [old.findIndex((task) => own.has(task.id)), next.findIndex((task) => own.has(task.id))];
  const around = (value: unknown, task: Task | undefined): boolean => task !== undefined && allTasks(valueAt(value, task.path)).some((inner) => own.has(inner.id));
  for (const [i, task] of old.entries()) {
    const at = next.findIndex((other) => other.id === task.id);
    if (own.has(task.id) || at < 0 || i < from === at < to || around(before, task) || around(after, next[at])) continue;
    const used = i < from ? [task.id].find((id) => usedOutputs(item).has(id)) : [...own].find((id) => usedOutputs(valueAt(before, task.path)).has(id));
    if (used !== undefined) throw i < from ? new UsesOutput([...own][0] ?? '', used) : new UsesOutput(task.id, used);
  }
}

// Puts a task into a new one of a type that holds tasks.
export function wrapTask(source: string, task: Task, type: string, own: Fields, key: string): string {
  const { value } = readText(source);
  const item = valueAt(value, task.path);
  const outer = { id: freshId(value, idFor(type)), type, ...own };
  const raw = task.path.length === task.list.length + 1 ? rawItem(source, task.path) : undefined;
  if (raw === undefined) return setValue(source, task.path, { ...outer, [key]: [item] });
  // The text of the task with its comments, further in.
  const made = insertItem(source, task.list, task.index, { ...outer, [key]: [item] }, [], `${blockText([outer])}\n  ${key}:\n${shifted(raw, 4)}`);
  return removeAt(made, [...task.list, task.index + 1]);
}

// The id of the innermost task at an offset.
export function taskAt(source: string, offset: number): string {
  const text = readText(source);
  if (text.problem) return '';
  const path = pathAt(text, offset).join('/');
  return allTasks(text.value).findLast((task) => path === task.path.join('/') || path.startsWith(`${task.path.join('/')}/`))?.id ?? '';
}
