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

// The lines of a part of the base as one side has them.
function sideOf(lines: readonly string[], from: number, to: number, changes: readonly Hunk[]): string[] {
  const made: string[] = [];
  let at = from;
  for (const change of changes) {
    made.push(...lines.slice(at, change.from), ...change.lines);
    at = change.to;
  }
  return [...made, ...lines.slice(at, to)];
}

// Where both changed the same lines, both stand in the text between marks, and the number of such places is told.
export function merge(base: string, mine: string, theirs: string): Merged {
  const lines = base.split('\n');
  const left = hunks(base, mine);
  const right = hunks(base, theirs);
  const made: string[] = [];
  let at = 0;
  let conflicts = 0;
  while (left.length > 0 || right.length > 0) {
    // The next part of the base that a side changed. It grows while a change of either side touches it.
    const from = Math.min(left[0]?.from ?? Infinity, right[0]?.from ?? Infinity);
    let to = from;
    const taken: [Hunk[], Hunk[]] = [[], []];
    for (let grown = true; grown;) {
      grown = false;
      for (const [side, own] of [left, right].entries()) {
        while (own[0] && own[0].from <= to) {
          to = Math.max(to, own[0].to);
          taken[side]?.push(own.shift() as Hunk);
          grown = true;
        }
      }
    }
    made.push(...lines.slice(at, from));
    at = to;
    const [one, other] = [sideOf(lines, from, to, taken[0]), sideOf(lines, from, to, taken[1])];
    if (taken[1].length === 0 || one.join('\n') === other.join('\n')) made.push(...one);
    else if (taken[0].length === 0) made.push(...other);
    else {
      conflicts++;
      made.push('# <<<<<<< mine', ...one, '# =======', ...other, '# >>>>>>> theirs');
    }
  }
  made.push(...lines.slice(at));
  return { text: made.join('\n'), conflicts };
}
