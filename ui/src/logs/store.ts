// The lines of one execution as the page holds them: numbered in the order of the server, each once, filtered by level and task, searched.
// The server's `window`, `profile` and `find` will take the place of this store's lists; the view asks only through it.
import { plainText } from '@/model/ansi';
import { LEVELS, type Level } from '@/model/levels';

export interface Entry { timestamp: string; level: string; message: string; taskId?: string | undefined; taskRunId?: string | undefined; attemptNumber?: number | undefined }
export interface Line extends Entry { n: number; plain: string }

const rank = (level: string): number => {
  const at = LEVELS.indexOf(level as Level);
  return at < 0 ? 2 : at;
};

export class LogStore {
  readonly lines: Line[] = [];
  readonly counts: Record<Level, number> = { ERROR: 0, WARN: 0, INFO: 0, DEBUG: 0, TRACE: 0 };
  readonly byRun = new Map<string, { lines: number; errors: number }>();

  private add(entry: Entry): void {
    this.lines.push({ ...entry, n: this.lines.length + 1, plain: plainText(entry.message) });
    const level = LEVELS[rank(entry.level)] ?? 'INFO';
    this.counts[level]++;
    const run = entry.taskRunId ?? '';
    const sums = this.byRun.get(run) ?? { lines: 0, errors: 0 };
    sums.lines++;
    if (level === 'ERROR') sums.errors++;
    this.byRun.set(run, sums);
  }
  append(entries: readonly Entry[]): void {
    for (const entry of entries) this.add(entry);
  }
  clear(): void {
    this.lines.length = 0;
    this.byRun.clear();
    for (const level of LEVELS) this.counts[level] = 0;
  }
  shown(line: Line, level: Level, runs?: ReadonlySet<string>): boolean {
    return rank(line.level) <= rank(level) && (runs === undefined || runs.has(line.taskRunId ?? ''));
  }
}

// Names for lines, for an address: they stay what they are when newer lines come. Lines of one moment and task are told apart by a number.
export function lineNames(lines: readonly { timestamp: string; taskRunId?: string; triggerId?: string }[]): string[] {
  const met = new Map<string, number>();
  return lines.map(({ timestamp, taskRunId, triggerId }) => {
    const name = `${timestamp} ${taskRunId ?? triggerId ?? ''}`;
    const before = met.get(name) ?? 0;
    met.set(name, before + 1);
    return before === 0 ? name : `${name} ${before}`;
  });
}

export interface GroupRow { kind: 'group'; key: string; runId: string; lines: number }
export interface LineRow { kind: 'line'; key: string; line: Line }
export type LogRow = GroupRow | LineRow;

// The rows of the view: one stream by time, or one group a task run, in the order in which the runs first wrote.
export function rowsOf(lines: readonly Line[], byTask: boolean, folded: ReadonlySet<string>): LogRow[] {
  const row = (line: Line): LineRow => ({ kind: 'line', key: `l${line.n}`, line });
  if (!byTask) return lines.map(row);
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const had = groups.get(line.taskRunId ?? '');
    if (had) had.push(line);
    else groups.set(line.taskRunId ?? '', [line]);
  }
  const rows: LogRow[] = [];
  for (const [runId, own] of groups) {
    rows.push({ kind: 'group', key: `g${runId}`, runId, lines: own.length });
    if (!folded.has(runId)) for (const line of own) rows.push(row(line));
  }
  return rows;
}

// Matches of a search, by the numbers of their lines.
export function matches(lines: readonly Line[], text: string): number[] {
  const wanted = text.toLowerCase();
  if (wanted === '') return [];
  return lines.filter((line) => line.plain.toLowerCase().includes(wanted)).map((line) => line.n);
}
