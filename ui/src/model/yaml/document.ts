// The text of a flow as a tree whose nodes know their places, for edits that touch one node. Pure. Offsets count UTF-16 units.
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';

export type Path = readonly (string | number)[];
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export interface Problem { message: string; line: number; column: number }
export interface FlowText { source: string; document: Document.Parsed; value: unknown; problem: Problem | undefined }
export interface Span { from: number; to: number }
export const begins = (path: Path, head: Path): boolean => head.every((part, i) => part === path[i]);

// An edit reads its text before and after; the last one read is kept, for the next edit begins with it.
let last: FlowText | undefined;
export function readText(source: string): FlowText {
  if (last?.source !== source) last = parsed(source);
  return last;
}

function parsed(source: string): FlowText {
  const lines = new LineCounter();
  const document = parseDocument(source, { keepSourceTokens: true, lineCounter: lines, merge: true, prettyErrors: false, logLevel: 'silent' });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    return { source, document, value: undefined, problem: { message: error.message, line, column: col } };
  }
  try {
    return { source, document, value: document.toJS() as unknown, problem: undefined };
  } catch (failure) { // an alias without its anchor, or aliases that grow without end
    return { source, document, value: undefined, problem: { message: failure instanceof Error ? failure.message : String(failure), line: 1, column: 1 } };
  }
}

const keyOf = (pair: Pair): string => String(isScalar(pair.key) ? pair.key.value : pair.key);
export const pairOf = (map: YAMLMap, key: string | number): Pair<Node, Node | null> | undefined => map.items.find((pair) => isPair(pair) && keyOf(pair) === String(key)) as Pair<Node, Node | null> | undefined;

export function nodeAt(text: FlowText, path: Path): Node | undefined {
  let at: Node | null | undefined = text.document.contents;
  for (const key of path) {
    if (isMap(at)) at = pairOf(at, key)?.value;
    else if (isSeq(at)) at = at.items[Number(key)] as Node | undefined;
    else return undefined;
  }
  return at ?? undefined;
}

export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
}

// The value with one place changed; undefined takes the place away. What is not changed is shared with the old value.
export function withValue(value: unknown, path: Path, next: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  if (Array.isArray(value)) {
    const copy: unknown[] = [...(value as unknown[])];
    const made = withValue(copy[Number(key)], rest, next);
    if (made === undefined) copy.splice(Number(key), 1);
    else copy[Number(key)] = made;
    return copy;
  }
  const copy: Record<string, unknown> = { ...(typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}) };
  const made = withValue(copy[key], rest, next);
  if (made === undefined) delete copy[key];
  else copy[key] = made;
  return copy;
}

export function same(left: unknown, right: unknown): boolean {
  if (left === right || (typeof left === 'number' && Number.isNaN(left) && Number.isNaN(right))) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && same((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]));
}

// Ends of nodes without the blank lines and the spaces behind them.
export function trimmedEnd(source: string, from: number, to: number): number {
  let end = to;
  while (end > from && /\s/.test(source[end - 1] ?? '')) end--;
  return end;
}
export const lineStart = (source: string, at: number): number => source.lastIndexOf('\n', at - 1) + 1;
export const lineEnd = (source: string, at: number): number => (source.indexOf('\n', at) < 0 ? source.length : source.indexOf('\n', at));

interface Token { type: string; offset: number; source?: string }
interface Collection { type: string; indent: number; items: { start: Token[]; sep?: Token[] }[] }
const tokens = (node: YAMLMap | YAMLSeq): Collection | undefined => node.srcToken as unknown as Collection | undefined;
export const isBlock = (node: YAMLMap | YAMLSeq): boolean => node.flow !== true;

// Where the dash of an item of a block list is.
export function dashOf(list: YAMLSeq, index: number): number | undefined {
  return tokens(list)?.items[index]?.start.find((token) => token.type === 'seq-item-ind')?.offset;
}
// The place behind the colon of a pair.
export function afterColon(map: YAMLMap, pair: Pair): number | undefined {
  const colon = tokens(map)?.items[map.items.indexOf(pair)]?.sep?.find((token) => token.type === 'map-value-ind')?.offset;
  return colon === undefined ? undefined : colon + 1;
}
export const startOf = (node: Node | null | undefined): number => node?.range?.[0] ?? 0;
export function endOf(text: FlowText, node: Node | null | undefined): number {
  const range = node?.range;
  return range ? trimmedEnd(text.source, range[0], range[1]) : 0;
}
// The end of a pair: of its value, or of its colon where it has none.
export function pairEnd(text: FlowText, map: YAMLMap, pair: Pair): number {
  const value = pair.value as Node | null;
  const colon = afterColon(map, pair) ?? endOf(text, pair.key as Node);
  return Math.max(colon, value && !(isScalar(value) && (value.source ?? '') === '' && value.type === 'PLAIN') ? endOf(text, value) : 0);
}

// What an item of a list takes up, whole lines with the comments right above it; undefined where it shares its lines with others.
export function itemLines(text: FlowText, list: YAMLSeq, index: number): Span | undefined {
  const dash = dashOf(list, index);
  if (dash === undefined || !isBlock(list)) return undefined;
  const { source } = text;
  let from = lineStart(source, dash);
  if (source.slice(from, dash).trim() !== '') return undefined;
  const floor = index === 0 ? 0 : lineEnd(source, itemEnd(text, list, index - 1)) + 1;
  for (let above = lineStart(source, Math.max(0, from - 1)); from > floor && above >= floor && /^\s*#/.test(source.slice(above, from)); above = lineStart(source, Math.max(0, from - 1))) {
    from = above;
    if (from === 0) break;
  }
  return { from, to: Math.min(source.length, lineEnd(source, itemEnd(text, list, index)) + 1) };
}
export function itemEnd(text: FlowText, list: YAMLSeq, index: number): number {
  const item = list.items[index] as Node | null | undefined;
  const dash = dashOf(list, index) ?? 0;
  return Math.max(dash + 1, item && !(isScalar(item) && (item.source ?? '') === '' && item.type === 'PLAIN') ? endOf(text, item) : 0);
}

// The text of a node with its key or its dash, for marking it in the editor.
export function spanOf(text: FlowText, path: Path): Span | undefined {
  const key = path[path.length - 1];
  if (key === undefined) return { from: 0, to: text.source.length };
  const parent = nodeAt(text, path.slice(0, -1));
  if (isSeq(parent)) {
    const item = parent.items[Number(key)] as Node | undefined;
    if (!item) return undefined;
    return { from: (isBlock(parent) ? dashOf(parent, Number(key)) : undefined) ?? startOf(item), to: isBlock(parent) ? itemEnd(text, parent, Number(key)) : endOf(text, item) };
  }
  if (!isMap(parent)) return undefined;
  const pair = pairOf(parent, key);
  return pair ? { from: startOf(pair.key), to: pairEnd(text, parent, pair) } : undefined;
}

// The innermost place that an offset lies in.
export function pathAt(text: FlowText, offset: number): Path {
  const path: (string | number)[] = [];
  let at: Node | null | undefined = text.document.contents;
  for (;;) {
    if (isMap(at)) {
      const map: YAMLMap = at;
      const pair = (map.items as Pair<Node, Node | null>[]).findLast((one) => startOf(one.key) <= offset);
      if (!pair || offset > Math.max(lineEnd(text.source, pairEnd(text, map, pair)), startOf(pair.value))) return path;
      path.push(keyOf(pair));
      at = pair.value;
    } else if (isSeq(at)) {
      const list: YAMLSeq = at;
      const index = list.items.findLastIndex((item, i) => (isBlock(list) ? (dashOf(list, i) ?? 0) : startOf(item as Node)) <= offset);
      if (index < 0 || offset > lineEnd(text.source, itemEnd(text, list, index))) return path;
      path.push(index);
      at = list.items[index] as Node;
    } else return path;
  }
}

export { isAlias, isMap, isScalar, isSeq };
