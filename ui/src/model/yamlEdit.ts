// Small edits of YAML text that leave everything else as it is, and facts about a flow that need no parser of YAML. Pure.
export interface TextEdit { from: number; to: number; text: string }

export function applyEdits(source: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((left, right) => left.from - right.from);
  let result = '';
  let at = 0;
  for (const edit of sorted) {
    if (edit.from < at || edit.to < edit.from || edit.to > source.length) throw new RangeError('edits overlap or lie outside the text');
    result += source.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return result + source.slice(at);
}

// Lines and columns of the server begin at 1; columns count characters of the line.
export function offsetOf(source: string, line: number, column: number): number {
  let at = 0;
  for (let i = 1; i < line; i++) {
    const end = source.indexOf('\n', at);
    if (end < 0) return source.length;
    at = end + 1;
  }
  const end = source.indexOf('\n', at);
  return Math.min(at + Math.max(0, column - 1), end < 0 ? source.length : end);
}

export function placeOf(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

// The value of a key at the top level of a flow, where it is written on one line: `id`, `namespace`.
export function topLevel(source: string, key: string): string | undefined {
  const match = new RegExp(`^${key}:[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|'((?:[^']|'')*)'|([^#\\n]*?))[ \\t]*(?:#.*)?$`, 'm').exec(source);
  const value = match?.[1] ?? match?.[2]?.replaceAll("''", "'") ?? match?.[3];
  return value === undefined || value === '' ? undefined : value;
}

// The type of the task or trigger that the offset lies in: the nearest `type:` of the same list item, by indentation.
export function typeAt(source: string, offset: number): string | undefined {
  const lines = source.split('\n');
  let at = source.slice(0, offset).split('\n').length - 1;
  const depth = (line: string): number => /^(\s*(?:- )?)/.exec(line)?.[1]?.length ?? 0;
  const typeOf = (line: string): string | undefined => /^\s*(?:- )?type:\s*["']?([\w.]+)/.exec(line)?.[1];
  while (at > 0 && /^\s*(#.*)?$/.test(lines[at] ?? '')) at--;
  for (let limit = Infinity; at >= 0; at--) {
    const line = lines[at] ?? '';
    if (/^\s*$/.test(line)) continue;
    const level = depth(line);
    if (level > limit) continue;
    limit = level;
    const begin = /^\s*- /.test(line);
    if (begin || typeOf(line)?.includes('.')) {
      const item = begin ? at : lines.slice(0, at).findLastIndex((other) => /^\s*- /.test(other) && depth(other) === level);
      for (let i = Math.max(item, 0); i < lines.length; i++) {
        const other = lines[i] ?? '';
        if (i > item && other.trim() !== '' && (depth(other) < level || (/^\s*- /.test(other) && depth(other) === level))) break;
        if (depth(other) === level && typeOf(other)?.includes('.')) return typeOf(other);
      }
      limit = level - 1;
    }
  }
  return undefined;
}
