// The text of one value with its comments, for fields that show YAML itself. Pure.
import { dashOf, isBlock, isMap, isSeq, itemEnd, lineEnd, lineStart, nodeAt, pairEnd, pairOf, readText, same, startOf, valueAt, withValue, type FlowText, type Path, type Span } from './document';
import { CannotEdit, setValue } from './edit';
import { blockText, shifted } from './render';

interface Region extends Span { column: number }

// The lines of a map or list in block style: from its first line, comments before it included, to the end of its last value.
function regionOf(text: FlowText, path: Path): Region | undefined {
  const { source } = text;
  const key = path[path.length - 1];
  const node = nodeAt(text, path);
  const parent = nodeAt(text, path.slice(0, -1));
  if (key === undefined || !(isMap(node) || isSeq(node)) || !isBlock(node)) return undefined;
  const first = startOf(node);
  const column = first - lineStart(source, first);
  if (isMap(parent) && isBlock(parent)) {
    const pair = pairOf(parent, key);
    const from = pair ? lineEnd(source, startOf(pair.key)) + 1 : source.length;
    return pair && from <= first ? { from, to: pairEnd(text, parent, pair), column } : undefined;
  }
  if (!isSeq(parent) || !isBlock(parent)) return undefined;
  const dash = dashOf(parent, Number(key));
  return dash === undefined || lineStart(source, first) !== lineStart(source, dash) ? undefined : { from: first, to: itemEnd(text, parent, Number(key)), column };
}

// The value as YAML at column 0, with the comments that are inside of it.
export function textAt(source: string, path: Path): string {
  const text = readText(source);
  const region = text.problem ? undefined : regionOf(text, path);
  if (!region) {
    const value = text.problem ? undefined : valueAt(text.value, path);
    return value === undefined ? '' : blockText(value);
  }
  return shifted(' '.repeat(region.from - lineStart(source, region.from)) + source.slice(region.from, region.to), -region.column);
}

// Writes YAML in the place of a value. What is a comment in it stays one; what does not read as YAML is refused.
export function setText(source: string, path: Path, written: string): string {
  const read = readText(written);
  if (read.problem) throw new CannotEdit(read.problem.message);
  const value = read.value ?? undefined;
  const text = readText(source);
  const root = read.document.contents;
  const region = text.problem ? undefined : regionOf(text, path);
  if (region && (isMap(root) || isSeq(root)) && isBlock(root)) {
    const lines = shifted(written.replace(/\s+$/, ''), region.column);
    const inItem = region.from > lineStart(source, region.from);
    const next = source.slice(0, region.from) + (inItem ? lines.trimStart() : lines) + source.slice(region.to);
    const after = readText(next);
    if (!after.problem && same(after.value, withValue(text.value, path, value))) return next;
  }
  return setValue(source, path, value);
}
