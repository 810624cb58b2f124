// Two changed texts and the one that they come from, as one: what only one of them changed is taken, line by line. Pure.
import { diffLines } from './diff';

interface Hunk { from: number; to: number; lines: string[] }
export interface Merged { text: string; conflicts: number }

// The changes of a text against the base, as places of the base.
function hunks(base: string, text: string): Hunk[] {
  const found: Hunk[] = [];
  let at = 0;
  let open: Hunk | undefined;
  for (const line of diffLines(base, text)) {
    if (line.kind === 'same') {
      open = undefined;
      at++;
      continue;
    }
    if (!open) found.push((open = { from: at, to: at, lines: [] }));
    if (line.kind === 'left') open.to = ++at;
    else open.lines.push(line.text);
  }
  return found;
}
const equal = (left: Hunk, right: Hunk): boolean => left.from === right.from && left.to === right.to && left.lines.join('\n') === right.lines.join('\n');
const touch = (left: Hunk, right: Hunk): boolean => left.from <= right.to && right.from <= left.to;

// Where both changed the same lines, both stand in the text between marks, and the number of such places is told.
export function merge(base: string, mine: string, theirs: string): Merged {
  const lines = base.split('\n');
  const left = hunks(base, mine);
  const right = hunks(base, theirs);
  const made: string[] = [];
  let at = 0;
  let conflicts = 0;
  const upTo = (place: number): void => { for (; at < place; at++) made.push(lines[at] ?? ''); };
  while (left.length > 0 || right.length > 0) {
    const [one, other] = [left[0], right[0]];
    if (one && other && touch(one, other)) {
      upTo(Math.min(one.from, other.from));
      if (equal(one, other)) made.push(...one.lines);
      else {
        conflicts++;
        made.push('# <<<<<<< mine', ...one.lines, '# =======', ...other.lines, '# >>>>>>> theirs');
      }
      at = Math.max(one.to, other.to);
      left.shift();
      right.shift();
      continue;
    }
    const next = !other || (one && one.from < other.from) ? left.shift() : right.shift();
    if (!next) break;
    upTo(Math.max(at, next.from));
    made.push(...next.lines);
    at = Math.max(at, next.to);
  }
  upTo(lines.length);
  return { text: made.join('\n'), conflicts };
}
