// The parts of a flow as the outline shows them. Pure.
import { valueAt, type Path } from '@/model/yaml/document';
import { allTasks, itemPath } from '@/model/yaml/tasks';
import type { PlaceKind } from '@/model/pluginSchema';

export interface Entry { key: string; path: Path; item: Path; id: string; type: string; depth: number; caption: string; disabled: boolean }
export interface Section { name: string; list: Path; place: PlaceKind; entries: Entry[] }
export interface Group { name: string; properties: string[] }

export const groups: Group[] = [
  { name: 'about', properties: ['id', 'namespace', 'description', 'labels', 'disabled'] },
  { name: 'values', properties: ['variables', 'outputs'] },
  { name: 'concurrency', properties: ['concurrency'] },
  { name: 'rules', properties: ['retry', 'sla', 'checks', 'timeout', 'workerGroup'] },
  { name: 'defaults', properties: ['pluginDefaults'] },
];
const ownSections = ['tasks', 'errors', 'finally', 'afterExecution', 'inputs', 'triggers'];
export const keyOf = (path: Path): string => path.join('/');
export const known = new Set([...groups.flatMap((group) => group.properties), ...ownSections, 'revision', 'listeners']);

// A path of its text: numbers where the value has a list.
export function pathOf(value: unknown, key: string): Path {
  const path: (string | number)[] = [];
  for (const part of key.split('/')) path.push(Array.isArray(valueAt(value, path)) && /^\d+$/.test(part) ? Number(part) : part);
  return path;
}
export function placeOf(path: Path): PlaceKind {
  return path[0] === 'inputs' ? 'input' : path[0] === 'triggers' ? 'trigger' : 'task';
}

function plainEntries(value: unknown, name: string): Entry[] {
  const list = valueAt(value, [name]);
  return (Array.isArray(list) ? (list as unknown[]) : []).flatMap((item, i) => {
    if (typeof item !== 'object' || item === null) return [];
    const { id, name: old, type, disabled } = item as { id?: unknown; name?: unknown; type?: unknown; disabled?: unknown };
    const path: Path = [name, i];
    return [{ key: keyOf(path), path, item: path, id: String(id ?? old ?? i), type: String(type ?? ''), depth: 0, caption: '', disabled: disabled === true }];
  });
}

export function sectionsOf(value: unknown): Section[] {
  const tasks = allTasks(value);
  const section = (name: string): Section => {
    let shown = '';
    const entries = tasks.filter((task) => task.path[0] === name).map((task): Entry => {
      const branch = task.depth > 0 && task.branch !== '' ? `${task.list.join('/')}` : '';
      const caption = branch !== '' && branch !== shown ? task.branch : '';
      shown = branch === '' ? shown : branch;
      return { key: keyOf(task.path), path: task.path, item: itemPath(task), id: task.id, type: task.type, depth: task.depth, caption, disabled: task.disabled };
    });
    return { name, list: [name], place: 'task', entries };
  };
  const all: Section[] = [
    { name: 'inputs', list: ['inputs'], place: 'input', entries: plainEntries(value, 'inputs') },
    section('tasks'), section('errors'), section('finally'), section('afterExecution'),
    { name: 'triggers', list: ['triggers'], place: 'trigger', entries: plainEntries(value, 'triggers') },
  ];
  return all;
}
