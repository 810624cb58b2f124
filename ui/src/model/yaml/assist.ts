// What can be written at a place of a flow: keys, values and parts of expressions, from the description of the types (UI-353). Pure.
import { parseDocument } from 'yaml';
import { choicesOf, kindOf, plain, resolved, schemaAt, type Schema, type SchemaRoot } from '../pluginSchema';
import { pathAt, readText, valueAt, type Path } from './document';
import { allTasks } from './tasks';

export interface Offer { label: string; detail: string; info: string; kind: 'property' | 'value' | 'type' | 'variable' | 'function' | 'filter'; insert: string; rank: number; deprecated: boolean }
export interface Offers { from: number; offers: Offer[]; ask?: Ask }
// What the browser does not know: outputs of a type, names of the server.
export type Ask = { want: 'outputs'; type: string } | { want: 'namespaces' } | { want: 'flows'; namespace: string } | { want: 'secrets' } | { want: 'files' };
export interface Names { filters: string[]; functions: string[] }

const offer = (label: string, kind: Offer['kind'], part: Partial<Offer> = {}): Offer => ({ label, detail: '', info: '', kind, insert: label, rank: 1, deprecated: false, ...part });
const most = 400_000; // beyond it, reading the text at each key would be felt

const roots: Record<string, string[]> = {
  flow: ['id', 'namespace', 'revision', 'tenantId'], execution: ['id', 'startDate', 'state', 'originalId'], task: ['id', 'type'], taskrun: ['id', 'startDate', 'attemptsCount', 'parentId', 'value', 'iteration'],
  error: ['taskId', 'message', 'stackTrace'], item: ['value', 'index', 'key'], parent: ['taskrun', 'outputs'], kestra: ['environment', 'url'], trigger: ['date', 'next', 'previous', 'body', 'headers', 'parameters', 'executionId', 'namespace', 'flowId', 'state', 'outputs'],
};
const bare = ['inputs', 'outputs', 'vars', 'labels', 'envs', 'globals', 'parents', 'tasks', 'namespace'];

// The text of the expression before the cursor, where it is open.
export function expressionBefore(source: string, offset: number): string | undefined {
  const before = source.slice(Math.max(0, offset - 2000), offset);
  const open = Math.max(before.lastIndexOf('{{'), before.lastIndexOf('{%'));
  if (open < 0) return undefined;
  const inside = before.slice(open + 2);
  if (inside.includes('}}') || inside.includes('%}')) return undefined;
  if (!inside.includes('\n')) return inside;
  // Over several lines only inside a text: what stands no deeper than the key of the line is the next key.
  const line = before.slice(before.lastIndexOf('\n', open) + 1, open);
  const indent = /^(?:\s|- )*/.exec(line)?.[0].length ?? 0;
  const least = /^(?:\s|- )*[\w$.-]+:/.test(line) ? indent + 1 : indent;
  return inside.split('\n').slice(1).some((one, i, all) => (one.trim() !== '' || i === all.length - 1) && (/^ */.exec(one)?.[0].length ?? 0) < least) ? undefined : inside;
}

function dotted(ids: string[], before: string): string[] {
  const head = before === '' ? '' : `${before}.`;
  return [...new Set(ids.filter((id) => id.startsWith(head)).map((id) => id.slice(head.length).split('.')[0] ?? ''))];
}

export function offersInExpression(source: string, offset: number, inside: string, names: Names): Offers {
  const call = /\b(secret|kv|read)\(\s*(['"])([^'"]*)$/.exec(inside);
  if (call && call[1] !== 'kv') return { from: offset - (call[3] ?? '').length, offers: [], ask: { want: call[1] === 'read' ? 'files' : 'secrets' } };
  const [, way = '', word = ''] = /((?:[A-Za-z_]\w*(?:\[[^\]]*\])?\.)(?:[\w-]+(?:\[[^\]]*\])?\.)*)?([\w-]*)$/.exec(inside) ?? [];
  const from = offset - word.length;
  if (way === '' && /\|\s*\w*$/.test(inside)) return { from, offers: names.filters.map((name) => offer(name, 'filter')) };
  if (/(?:^|[^'"])'[^']*$/.test(inside.replace(/'[^']*'/g, '')) || /"[^"]*$/.test(inside.replace(/"[^"]*"/g, ''))) return { from, offers: [] };
  const value = valueOf(source);
  const at = way.replace(/\[[^\]]*\]/g, '').replace(/\.$/, '').split('.');
  const [root = '', ...rest] = at;
  const list = (key: string): string[] => { const found = valueAt(value, [key]); return Array.isArray(found) ? (found as { id?: unknown }[]).map((one) => String(one?.id ?? '')) : Object.keys(typeof found === 'object' && found !== null ? found : {}); };
  const some = (labels: string[], detail = ''): Offers => ({ from, offers: labels.filter((label) => label !== '').map((label) => offer(label, 'variable', { detail })) });
  if (way === '') {
    return { from, offers: [...[...bare, ...Object.keys(roots)].map((name) => offer(name, 'variable', { rank: 2 })), ...names.functions.map((name) => offer(`${name}()`, 'function', { insert: `${name}(` }))] };
  }
  if (root === 'inputs') return some(dotted(list('inputs'), rest.join('.')));
  if (root === 'vars') return some(Object.keys(rest.reduce<Record<string, unknown>>((found, key) => (typeof found[key] === 'object' && found[key] !== null ? (found[key] as Record<string, unknown>) : {}), (valueAt(value, ['variables']) ?? {}) as Record<string, unknown>)));
  if (root === 'labels') return some(list('labels'));
  if (root === 'outputs' || root === 'tasks') {
    const tasks = allTasks(value);
    if (rest.length === 0) {
      const here = taskIdAt(source, value, offset);
      return { from, offers: tasks.filter((task) => task.id !== here && task.id !== '').map((task) => offer(task.id, 'variable', { detail: task.type.split('.').pop() ?? '', insert: task.id })) };
    }
    const type = tasks.find((task) => task.id === rest[0])?.type;
    return type !== undefined && rest.length === 1 && root === 'outputs' ? { from, offers: [], ask: { want: 'outputs', type } } : { from, offers: [] };
  }
  return rest.length === 0 ? some(roots[root] ?? []) : { from, offers: [] };
}

// The value of a text that need not be right everywhere: it is being written.
function valueOf(source: string): unknown {
  if (source.length > most) return undefined;
  const text = readText(source);
  if (!text.problem) return text.value;
  try {
    return parseDocument(source, { logLevel: 'silent', strict: false, uniqueKeys: false }).toJS() as unknown;
  } catch {
    return undefined;
  }
}
function taskIdAt(source: string, value: unknown, offset: number): string {
  const text = readText(source);
  if (text.problem) return '';
  const path = pathAt(text, offset).join('/');
  return allTasks(value).findLast((task) => path.startsWith(`${task.path.join('/')}/`))?.id ?? '';
}

const mark = 'cursor-is-here';
// The place of a line: its line is written with a mark in place of what stands there, and the mark is found again.
function placeOf(source: string, lineFrom: number, lineTo: number, head: string): { path: Path; value: unknown } | undefined {
  if (source.length > most) return undefined;
  const text = `${source.slice(0, lineFrom)}${head}${mark}: 0${source.slice(lineTo)}`;
  try {
    const document = parseDocument(text, { logLevel: 'silent', strict: false, uniqueKeys: false, keepSourceTokens: true });
    const value = document.toJS() as unknown;
    const found = find(value, []);
    return found ? { path: found, value } : undefined;
  } catch {
    return undefined;
  }
}
function find(value: unknown, path: Path): Path | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value) && Object.hasOwn(value, mark)) return path;
  for (const [key, item] of Array.isArray(value) ? (value as unknown[]).entries() : Object.entries(value)) {
    const found = find(item, [...path, key as string]);
    if (found) return found;
  }
  return undefined;
}

function ownerSchema(root: SchemaRoot, value: unknown, path: Path): Schema | undefined {
  return schemaAt(root, value, path);
}

export function offersInYaml(root: SchemaRoot, source: string, offset: number): Offers | undefined {
  const lineFrom = source.lastIndexOf('\n', offset - 1) + 1;
  const lineTo = source.indexOf('\n', offset) < 0 ? source.length : source.indexOf('\n', offset);
  const before = source.slice(lineFrom, offset);
  const key = /^(\s*(?:- +)*)([\w$-]*)$/.exec(before);
  const entry = /^(\s*(?:- +)*)([\w$-]+):[ \t]+(["']?)([^"'#]*)$/.exec(before);
  const head = key?.[1] ?? entry?.[1];
  if (head === undefined) return undefined;
  const place = placeOf(source, lineFrom, lineTo, head);
  const schema = place ? ownerSchema(root, place.value, place.path) : undefined;
  if (!place || !schema) return undefined;
  const owner = (valueAt(place.value, place.path) ?? {}) as Record<string, unknown>;
  if (key) return keyOffers(root, schema, owner, offset - (key[2] ?? '').length, head);
  const name = entry?.[2] ?? '';
  return valueOffers(root, schema, name, offset - (entry?.[4] ?? '').length, owner);
}

function keyOffers(root: SchemaRoot, schema: Schema, owner: Record<string, unknown>, from: number, head: string): Offers {
  const required = new Set(schema.required ?? []);
  const indent = ' '.repeat(head.length);
  const offers = Object.entries(schema.properties ?? {}).filter(([name]) => owner[name] === undefined).map(([name, one]): Offer => {
    const at = resolved(root, one);
    const kind = kindOf(root, one, name);
    const open = kind === 'tasks' ? `\n${indent}  - id: ` : ['object', 'map', 'cases', 'choice'].includes(kind) ? `\n${indent}  ` : kind === 'list' ? `\n${indent}  - ` : ' ';
    return offer(name, 'property', { detail: required.has(name) ? '*' : kind, info: [at.title, at.description].filter(Boolean).join('\n\n'), insert: `${name}:${open}`, rank: required.has(name) ? 4 : at.$group === 'core' ? 1 : 2, deprecated: at.$deprecated === true });
  });
  if (schema.anyOf) offers.push(...['id', 'type'].filter((name) => owner[name] === undefined).map((name) => offer(name, 'property', { insert: `${name}: `, rank: 4, detail: '*' })));
  return { from, offers };
}
function valueOffers(root: SchemaRoot, schema: Schema, name: string, from: number, owner: Record<string, unknown>): Offers | undefined {
  if (name === 'namespace') return { from, offers: [], ask: { want: 'namespaces' } };
  if (name === 'flowId') return { from, offers: [], ask: { want: 'flows', namespace: String(owner['namespace'] ?? '') } };
  if (name === 'type' && (schema.anyOf !== undefined || schema.properties?.['type']?.const !== undefined)) {
    const choices = choicesOf(root, schema).filter((one) => !one.type.includes('.'));
    return choices.length > 0 ? { from, offers: choices.map((one) => offer(one.type, 'type', { info: one.title })) } : undefined;
  }
  const property = schema.properties?.[name];
  if (!property) return undefined;
  const at = plain(root, property);
  const kind = kindOf(root, property, name);
  const values = kind === 'boolean' ? ['true', 'false'] : (at.enum ?? []);
  return values.length > 0 ? { from, offers: values.map((value) => offer(value, 'value', { detail: String(at.default ?? '') === value ? 'default' : '' })) } : undefined;
}

export interface Hover { from: number; to: number; name: string; title: string; description: string; type: string; fallback: unknown; required: boolean; deprecated: boolean }
// What a key means, where its type is known.
export function hoverAt(root: SchemaRoot, source: string, offset: number): Hover | undefined {
  if (source.length > most) return undefined;
  const lineFrom = source.lastIndexOf('\n', offset - 1) + 1;
  const lineTo = source.indexOf('\n', offset) < 0 ? source.length : source.indexOf('\n', offset);
  const [, head = '', name = ''] = /^(\s*(?:- +)*)([\w$-]+):(?:\s|$)/.exec(source.slice(lineFrom, lineTo)) ?? [];
  const from = lineFrom + head.length;
  if (name === '' || offset < from || offset > from + name.length) return undefined;
  const text = readText(source);
  if (text.problem) return undefined;
  const path = pathAt(text, from);
  const schema = ownerSchema(root, text.value, path.slice(0, -1));
  const property = path[path.length - 1] === name ? schema?.properties?.[name] : undefined;
  if (!schema || !property) return undefined;
  if (property.const !== undefined) return { from, to: from + name.length, name, title: schema.title ?? '', description: schema.description ?? '', type: property.const, fallback: undefined, required: true, deprecated: schema.$deprecated === true };
  const at = resolved(root, property);
  return { from, to: from + name.length, name, title: at.title ?? '', description: at.description ?? '', type: kindOf(root, property, name), fallback: at.default, required: schema.required?.includes(name) === true, deprecated: at.$deprecated === true };
}
