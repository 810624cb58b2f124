// Edits of one place of a YAML text that leave all other text as it is: comments, order, quotes and blank lines (UI-342, UI-422). Pure.
// Each edit is checked: the new text must read as the old value with that one change. Where a small edit cannot do it (merge keys, odd
// layouts), the library writes the text again with its comments.
import { parseDocument, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import { afterColon, dashOf, endOf, isBlock, isMap, isScalar, isSeq, itemEnd, itemLines, lineEnd, lineStart, nodeAt, pairEnd, pairOf, readText, same, startOf, valueAt, withValue, type FlowText, type Path } from './document';
import { blockText, flowText, isOpen, keyText, scalarText, shifted, type Quotes } from './render';

export class CannotEdit extends Error {}

const splice = (source: string, from: number, to: number, text: string): string => source.slice(0, from) + text + source.slice(to);
const columnOf = (source: string, at: number): number => at - lineStart(source, at);
const newlineAtEnd = (source: string): string => (source === '' || source.endsWith('\n') ? source : `${source}\n`);

// The text after a change, checked; `expected` is the value that it must have.
function checked(expected: unknown, small: () => string | undefined, whole: () => string): string {
  const read = (text: string | undefined): boolean => {
    if (text === undefined) return false;
    const found = readText(text);
    return !found.problem && same(found.value ?? {}, expected ?? {});
  };
  const first = small();
  if (first !== undefined && read(first)) return first;
  const second = whole();
  if (read(second)) return second;
  throw new CannotEdit('this place of the text cannot be edited here');
}
function open(source: string): FlowText {
  const text = readText(source);
  if (text.problem) throw new CannotEdit(text.problem.message);
  return text;
}

const quotesOf = (node: Node | undefined): Quotes =>
  !isScalar(node) ? 'plain' : node.type === 'QUOTE_DOUBLE' ? 'double' : node.type === 'QUOTE_SINGLE' ? 'single' : node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED' ? 'block' : 'plain';

// In flow style everything stands on the lines of its parent.
function inFlow(text: FlowText, path: Path): boolean {
  for (let length = path.length; length >= 0; length--) {
    const node = nodeAt(text, path.slice(0, length));
    if ((isMap(node) || isSeq(node)) && !isBlock(node)) return true;
  }
  return false;
}

// The text of a value behind `key:` or `- ` at a column: with its space, or as lines below.
function valueText(value: unknown, column: number, quotes: Quotes, item = false): string {
  if (isOpen(value)) {
    const lines = shifted(blockText(value), column + 2);
    return item ? ` ${lines.trimStart()}` : `\n${lines}`;
  }
  return ` ${typeof value === 'object' && value !== null ? flowText(value) : scalarText(value as string, column + 2, quotes)}`;
}

// Puts a value in the place of an old one. A comment behind the old value stays on the first line of the new one.
function put(text: FlowText, from: number, end: number, old: Node | undefined, value: string): string {
  const { source } = text;
  const header = quotesOf(old) === 'block' ? (/^[|>][-+\d]*(\s+#.*)/.exec(source.slice(startOf(old), lineEnd(source, startOf(old))))?.[1] ?? '') : '';
  const rest = source.slice(end, lineEnd(source, end));
  if (header === '' && (!value.includes('\n') || rest.trim() === '')) return splice(source, from, end, value);
  const [first = '', ...more] = value.split('\n');
  return splice(source, from, header === '' ? end + rest.length : end, [first + (header || rest).replace(/^\s+/, first === '' ? ' ' : '$&'), ...more].join('\n'));
}

// Replaces what stands between the mark (colon or dash) and the end of the value.
function replaceValue(text: FlowText, mark: number, end: number, old: Node | undefined, value: unknown, column: number, item: boolean): string {
  const { source } = text;
  const from = old?.range ? startOf(old) : mark;
  const between = source.slice(mark, from);
  const openOld = (isMap(old) || isSeq(old)) && isBlock(old);
  if (openOld && isOpen(value)) {
    const at = columnOf(source, from);
    const clean = source.slice(lineStart(source, from), from).replace(/^\s*(?:- )*/, '') === '';
    if ((clean || item) && (at > column || Array.isArray(value))) return put(text, from, end, old, shifted(blockText(value), at).trimStart());
  }
  if (old?.range && !openOld && !isOpen(value) && between !== '') return put(text, from, end, old, valueText(value, column, quotesOf(old), item).slice(1));
  if (between.trim() !== '') return put(text, from, end, old, valueText(value, column, 'plain', item).replace(/^ /, '')); // an anchor, a tag or a comment stands there
  return put(text, mark, Math.max(mark, end), old, valueText(value, column, quotesOf(old), item));
}

const rankIn = (order: readonly string[], key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);

function addPair(text: FlowText, map: YAMLMap, key: string, value: unknown, order: readonly string[]): string | undefined {
  const { source } = text;
  const pairs = map.items as { key: Node; value: Node | null }[];
  const last = pairs[pairs.length - 1];
  if (!isBlock(map)) {
    const entry = `${flowText({ [key]: value }).slice(1, -1)}`;
    if (!last) return splice(source, startOf(map) + 1, startOf(map) + 1, entry);
    const end = Math.max(pairEnd(text, map, last as never), endOf(text, last.value));
    return splice(source, end, end, `, ${entry}`);
  }
  if (!last) return undefined;
  const column = columnOf(source, startOf(pairs[0]?.key));
  const rank = rankIn(order, key);
  const before = order.length === 0 ? last : (pairs.findLast((pair) => rankIn(order, String((pair.key as { value?: unknown }).value)) <= rank) ?? last);
  const at = lineEnd(source, pairEnd(text, map, before as never));
  const apart = column === 0 && isOpen(value) && pairs.length > 1 ? '\n' : '';
  return splice(source, at, at, `\n${apart}${' '.repeat(column)}${keyText(key)}:${valueText(value, column, 'plain')}${at === source.length ? '\n' : ''}`);
}

function removePair(text: FlowText, map: YAMLMap, key: string | number): string | undefined {
  const { source } = text;
  const pair = pairOf(map, key);
  if (!pair) return source;
  const index = map.items.indexOf(pair as never);
  const next = map.items[index + 1] as { key: Node } | undefined;
  const begin = startOf(pair.key);
  const end = pairEnd(text, map, pair);
  if (!isBlock(map)) {
    const previous = map.items[index - 1] as { key: Node; value: Node | null } | undefined;
    if (next) return splice(source, begin, startOf(next.key), '');
    return splice(source, previous ? pairEnd(text, map, previous as never) : begin, end, '');
  }
  const from = lineStart(source, begin);
  if (source.slice(from, begin).trim() === '') return splice(source, from, Math.min(source.length, lineEnd(source, end) + 1), '');
  if (!next) return undefined;
  const rest = source.slice(lineEnd(source, end), startOf(next.key));
  return splice(source, begin, lineEnd(source, end) + (/^\s*/.exec(rest)?.[0].length ?? 0), '');
}

function removeItem(text: FlowText, list: YAMLSeq, index: number): string | undefined {
  const { source } = text;
  if (!isBlock(list)) {
    const item = list.items[index] as Node;
    const next = list.items[index + 1] as Node | undefined;
    const previous = list.items[index - 1] as Node | undefined;
    return next ? splice(source, startOf(item), startOf(next), '') : splice(source, previous ? endOf(text, previous) : startOf(item), endOf(text, item), '');
  }
  const lines = itemLines(text, list, index);
  if (!lines) return undefined;
  let { from } = lines;
  // A blank line that kept two items apart goes with one of them.
  if (index > 0 && source[from - 1] === '\n' && source[from - 2] === '\n') from--;
  return splice(source, from, lines.to, '');
}

function smallSet(text: FlowText, path: Path, value: unknown, order: readonly string[]): string | undefined {
  const { source } = text;
  const key = path[path.length - 1];
  if (key === undefined) return value === undefined ? '' : `${blockText(value)}\n`;
  const parentPath = path.slice(0, -1);
  const parent = nodeAt(text, parentPath);
  if (value === undefined) {
    if (isMap(parent)) return removePair(text, parent, key);
    return isSeq(parent) ? removeItem(text, parent, Number(key)) : source;
  }
  if (!isMap(parent) && !isSeq(parent)) {
    const container = typeof key === 'number' ? [value] : { [key]: value };
    if (parentPath.length === 0) return `${newlineAtEnd(source)}${blockText(container)}\n`;
    return smallSet(text, parentPath, container, order);
  }
  if (isSeq(parent)) {
    const index = Number(key);
    const item = parent.items[index] as Node | undefined;
    if (item === undefined) return smallInsert(text, parentPath, parent.items.length, value);
    if (!isBlock(parent)) return splice(source, startOf(item), endOf(text, item), flowText(value));
    const dash = dashOf(parent, index);
    return dash === undefined ? undefined : replaceValue(text, dash + 1, itemEnd(text, parent, index), item, value, columnOf(source, dash), true);
  }
  const pair = pairOf(parent, key);
  if (!pair) return addPair(text, parent, String(key), value, order);
  const old = pair.value ?? undefined;
  if (inFlow(text, parentPath)) {
    const colon = afterColon(parent, pair);
    if (colon === undefined) return undefined;
    const quotes = isScalar(old) && typeof value === 'string' && !value.includes('\n') ? quotesOf(old) : 'plain';
    return splice(source, colon, Math.max(colon, endOf(text, old)), ` ${quotes === 'plain' ? flowText(value) : scalarText(value as string, 0, quotes)}`);
  }
  const colon = afterColon(parent, pair);
  return colon === undefined ? undefined : replaceValue(text, colon, pairEnd(text, parent, pair), old, value, columnOf(source, startOf(pair.key)), false);
}

function smallInsert(text: FlowText, path: Path, index: number, value: unknown, raw?: string): string | undefined {
  const list = nodeAt(text, path);
  const { source } = text;
  if (!isSeq(list)) return smallSet(text, path, [value], []);
  if (!isBlock(list)) {
    const item = list.items[index] as Node | undefined;
    const last = list.items[list.items.length - 1] as Node | undefined;
    if (item) return splice(source, startOf(item), startOf(item), `${flowText(value)}, `);
    return last ? splice(source, endOf(text, last), endOf(text, last), `, ${flowText(value)}`) : splice(source, startOf(list) + 1, startOf(list) + 1, flowText(value));
  }
  if (list.items.length === 0) return smallSet(text, path, [value], []);
  const dash = dashOf(list, 0);
  if (dash === undefined) return undefined;
  const column = columnOf(source, dash);
  const lines = raw === undefined ? shifted(blockText([value]), column) : shifted(raw, column);
  const second = list.items.length > 1 ? itemLines(text, list, 1) : undefined;
  const apart = second !== undefined && source[second.from - 2] === '\n' ? '\n' : '';
  if (index >= list.items.length) {
    const at = lineEnd(source, itemEnd(text, list, list.items.length - 1));
    return splice(source, at, at, `\n${apart}${lines}${at === source.length ? '\n' : ''}`);
  }
  const before = itemLines(text, list, index);
  return before ? splice(source, before.from, before.from, `${lines}\n${apart}`) : undefined;
}

// The library's own way: the text is written again, its comments kept.
function wholeEdit(source: string, change: (document: ReturnType<typeof parseDocument>) => void): string {
  const document = parseDocument(source, { intAsBigInt: true, merge: true });
  change(document);
  return document.toString({ lineWidth: 0 });
}

// Writes a value; undefined takes the key or the item away, and a map or list that is empty then goes too.
export function setValue(source: string, path: Path, value: unknown, order: readonly string[] = []): string {
  const text = open(source);
  const old = valueAt(text.value, path);
  if (value === undefined && old === undefined && nodeAt(text, path) === undefined) return source;
  if (value !== undefined && same(old, value)) return source;
  let target = path;
  if (value === undefined) while (target.length > 1 && Object.keys((valueAt(text.value, target.slice(0, -1)) ?? {}) as object).length <= 1 && typeof target[target.length - 2] === 'string') target = target.slice(0, -1);
  return checked(withValue(text.value, target, value), () => smallSet(text, target, value, order), () => wholeEdit(source, (document) => {
    if (value === undefined) document.deleteIn(target);
    else document.setIn(target, document.createNode(value));
  }));
}

// Gives a key another name; its value and its place stay.
export function renameKey(source: string, path: Path, name: string): string {
  const text = open(source);
  const map = nodeAt(text, path.slice(0, -1));
  const pair = isMap(map) ? pairOf(map, path[path.length - 1] ?? '') : undefined;
  if (!isMap(map) || !pair || pairOf(map, name)) throw new CannotEdit(`there is a key ${name} already`);
  const key = path[path.length - 1];
  const expected = withValue(text.value, path.slice(0, -1), Object.fromEntries(Object.entries(valueAt(text.value, path.slice(0, -1)) as object).map(([had, item]: [string, unknown]) => [had === key ? name : had, item])));
  const { key: node } = pair;
  return checked(expected, () => splice(source, startOf(node), endOf(text, node), isBlock(map) ? keyText(name) : flowText(name)), () => { throw new CannotEdit('this key cannot be renamed here'); });
}

const inserted = (value: unknown, path: Path, index: number, item: unknown): unknown => {
  const list = valueAt(value, path);
  const copy: unknown[] = Array.isArray(list) ? [...(list as unknown[])] : [];
  copy.splice(index, 0, item);
  return withValue(value, path, copy);
};

// Puts an item into a list; the list is made where it is not there. `raw` is its text, with its dash, where that is kept.
export function insertItem(source: string, path: Path, index: number, item: unknown, order: readonly string[] = [], raw?: string): string {
  const text = open(source);
  const list = nodeAt(text, path);
  const there = valueAt(text.value, path);
  if (!Array.isArray(there) && there !== undefined && there !== null) throw new CannotEdit(`${path.join('.')} is not a list`);
  const length = isSeq(list) ? list.items.length : 0;
  const at = Math.min(Math.max(0, index), length);
  return checked(inserted(text.value, path, at, item), () => (isSeq(list) ? smallInsert(text, path, at, item, raw) : smallSet(text, path, [item], order)), () => wholeEdit(source, (document) => {
    const found = document.getIn(path);
    if (isSeq(found)) found.items.splice(at, 0, document.createNode(item));
    else document.setIn(path, document.createNode([item]));
  }));
}

export const removeAt = (source: string, path: Path): string => setValue(source, path, undefined);

// The text of an item with its comments, its dash at column 0.
export function rawItem(source: string, path: Path): string | undefined {
  const text = open(source);
  const list = nodeAt(text, path.slice(0, -1));
  if (!isSeq(list)) return undefined;
  const index = Number(path[path.length - 1]);
  const lines = itemLines(text, list, index);
  const dash = dashOf(list, index);
  return lines && dash !== undefined ? shifted(source.slice(lines.from, lines.to).replace(/\n$/, ''), -columnOf(source, dash)) : undefined;
}

const startsWith = (path: Path, head: Path): boolean => head.every((key, i) => path[i] === key);

// Where a path is after the item at `gone` was taken away.
export function afterRemoval(path: Path, gone: Path): Path {
  const at = gone.length - 1;
  if (path.length <= at || !startsWith(path, gone.slice(0, -1))) return path;
  const index = path[at];
  return typeof index === 'number' && index > Number(gone[at]) ? [...path.slice(0, at), index - 1, ...path.slice(at + 1)] : path;
}

// Where a path is after an item was put into a list at an index.
export function afterInsertion(path: Path, list: Path, index: number): Path {
  const at = path[list.length];
  return startsWith(path, list) && typeof at === 'number' && at >= index ? [...list, at + 1, ...path.slice(list.length + 1)] : path;
}

// Moves an item to a place of this or another list, counted in the text as it is before the move. Its comments go with it.
export function moveItem(source: string, from: Path, to: Path, index: number): string {
  if (startsWith(to, from)) throw new CannotEdit('a task cannot be moved into itself');
  const text = open(source);
  const item = valueAt(text.value, from);
  const sameList = from.length - 1 === to.length && startsWith(from, to);
  const old = Number(from[from.length - 1]);
  if (sameList && (index === old || index === old + 1)) return source;
  const raw = rawItem(source, from);
  const target = sameList && index > old ? index - 1 : index;
  // The list that becomes empty goes only after the item has its new place.
  const list = valueAt(text.value, from.slice(0, -1)) as unknown[];
  if (list.length === 1) return removeAt(insertItem(source, to, index, item, [], raw), afterInsertion(from, to, index));
  const without = removeAt(source, from);
  return insertItem(without, afterRemoval(to, from), target, item, [], raw);
}

export interface Change { from: number; to: number; text: string }

// The part in which two texts differ, as one edit.
export function changeBetween(before: string, after: string): Change {
  let from = 0;
  const shortest = Math.min(before.length, after.length);
  while (from < shortest && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  let end = 0;
  while (end < shortest - from && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++;
  return { from, to: before.length - end, text: after.slice(from, after.length - end) };
}
