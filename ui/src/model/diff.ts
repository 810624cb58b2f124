// The differences of two texts by lines (the longest common subsequence), and the rows that show them side by side or one below the other. Pure.
export interface DiffLine { kind: 'same' | 'left' | 'right'; text: string; left: number | undefined; right: number | undefined }
export interface DiffPair { left: DiffLine | undefined; right: DiffLine | undefined }

const mostWork = 4_000_000; // beyond it, the changed middle counts as replaced as a whole

export function diffLines(left: string, right: string): DiffLine[] {
  const a = left.split('\n');
  const b = right.split('\n');
  let begin = 0;
  while (begin < a.length && begin < b.length && a[begin] === b[begin]) begin++;
  let end = 0;
  while (end < a.length - begin && end < b.length - begin && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const rows: DiffLine[] = [];
  const same = (i: number, j: number): void => { rows.push({ kind: 'same', text: a[i] ?? '', left: i + 1, right: j + 1 }); };
  for (let i = 0; i < begin; i++) same(i, i);
  for (const [kind, i, j] of middle(a.slice(begin, a.length - end), b.slice(begin, b.length - end))) {
    if (kind === 'same') same(i + begin, j + begin);
    else if (kind === 'left') rows.push({ kind, text: a[i + begin] ?? '', left: i + begin + 1, right: undefined });
    else rows.push({ kind, text: b[j + begin] ?? '', left: undefined, right: j + begin + 1 });
  }
  for (let i = 0; i < end; i++) same(a.length - end + i, b.length - end + i);
  return rows;
}

type Step = [DiffLine['kind'], number, number];

// The longest common subsequence by a table; its size is bounded.
function middle(a: readonly string[], b: readonly string[]): Step[] {
  const all = (): Step[] => [...a.map((_, i): Step => ['left', i, 0]), ...b.map((_, j): Step => ['right', 0, j])];
  if (a.length * b.length > mostWork || a.length === 0 || b.length === 0) return all();
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) table[i * width + j] = a[i] === b[j] ? (table[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
  const steps: Step[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) steps.push(['same', i++, j++]);
    else if (j >= b.length || (i < a.length && (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0))) steps.push(['left', i++, 0]);
    else steps.push(['right', 0, j++]);
  }
  return steps;
}

// Side by side: what was taken away stands beside what came for it.
export function pairs(lines: readonly DiffLine[]): DiffPair[] {
  const rows: DiffPair[] = [];
  for (let i = 0; i < lines.length;) {
    if (lines[i]?.kind === 'same') {
      rows.push({ left: lines[i], right: lines[i] });
      i++;
      continue;
    }
    const gone: DiffLine[] = [];
    const come: DiffLine[] = [];
    for (; i < lines.length && lines[i]?.kind !== 'same'; i++) (lines[i]?.kind === 'left' ? gone : come).push(lines[i] as DiffLine);
    for (let k = 0; k < Math.max(gone.length, come.length); k++) rows.push({ left: gone[k], right: come[k] });
  }
  return rows;
}

// The changed lines with some lines around them; `gap` where lines between are left out. `cut`: there are more than `most`.
export interface NearLine extends DiffLine { gap: boolean }
export function nearChanges(lines: readonly DiffLine[], around: number, most: number): { lines: NearLine[]; cut: boolean } {
  const near = new Uint8Array(lines.length);
  lines.forEach((line, i) => { if (line.kind !== 'same') near.fill(1, Math.max(0, i - around), i + around + 1); });
  const found = lines.flatMap((line, i) => (near[i] === 1 ? [{ ...line, gap: i > 0 && near[i - 1] === 0 }] : []));
  return { lines: found.slice(0, most), cut: found.length > most };
}

// Where each change begins, by the index of its row.
export const changes = (rows: readonly DiffPair[]): number[] => rows.flatMap((row, i) => {
  const changed = (one: DiffPair | undefined): boolean => one !== undefined && one.left?.kind !== 'same';
  return changed(row) && !changed(rows[i - 1]) ? [i] : [];
});
