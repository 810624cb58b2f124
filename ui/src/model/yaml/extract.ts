// Takes tasks that follow each other out of a flow into one of their own, which the flow then calls (UI-358). Pure.
import { applyEdits, type TextEdit } from '../yamlEdit';
import { pathAt, readText, spanOf, valueAt, type Path } from './document';
import { CannotEdit, insertItem, rawItem, removeAt } from './edit';
import { expressionsOf, referencesOf, type Expression, type Reference } from './expressions';
import { blockText, shifted } from './render';
import { allTasks, itemPath, type Task } from './tasks';

export interface Extracted { flow: string; source: string; tasks: string[] }
type Use = Reference & { expression: Expression };
const begins = (path: Path, head: Path): boolean => head.every((part, i) => part === path[i]);
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
  const uses: Use[] = (expressionsOf(source)?.expressions ?? []).flatMap((expression) => referencesOf(expression).map((one) => ({ ...one, expression })));
  const inside = (use: Use): boolean => use.from >= begin.from && use.to <= end.to;
  const mine = uses.filter(inside);

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
    later.push({ from: use.from, to: use.to + 1 + use.rest.length, text: `outputs.${id.replace(/\W/g, '_')}.outputs.${wordOf(use)}` });
  }

  // The text of the tasks with what they now take from inputs.
  const changed = applyEdits(source, edits);
  const moved = chosen.map((task) => rawItem(changed, itemPath(task)) ?? '');
  const head = blockText({ id, namespace: value['namespace'], ...(inputs.size > 0 ? { inputs: [...inputs.values()].map((one) => one.definition) } : {}), ...(Object.keys(variables).length > 0 ? { variables } : {}) });
  const tail = outputs.size > 0 ? `\n${blockText({ outputs: [...outputs.values()] })}\n` : '';
  const flow = `${head}\n\ntasks:\n${moved.map((one) => shifted(one, 2)).join('\n\n')}\n${tail}`;
  if (readText(flow).problem) throw new CannotEdit('the new flow would not read as YAML');

  const call = { id: id.replace(/\W/g, '_'), type: 'io.kestra.plugin.core.flow.Subflow', namespace: value['namespace'], flowId: id, ...(inputs.size > 0 ? { inputs: Object.fromEntries([...inputs].map(([name, one]) => [name, one.given])) } : {}), wait: true, transmitFailed: true };
  let rest = applyEdits(source, later);
  rest = insertItem(rest, first.list, first.index, call);
  for (let i = 0; i < chosen.length; i++) rest = removeAt(rest, [...first.list, first.index + 1]);
  return { flow, source: rest, tasks: chosen.map((task) => task.id) };
}
