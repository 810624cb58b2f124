// What the server answers about the log of an execution, and how it is asked. Lines have a number that stays.
import { plainText } from '@/model/ansi';
import type { Level } from '@/model/levels';

export interface LineAnswer { n: number; at: string; level: string; message: string; taskRunId?: string | undefined; taskId?: string | undefined; value?: string | undefined; attempt?: number | undefined; cut?: number | undefined }
export interface Line extends LineAnswer { plain: string }
export interface Filter { minLevel: Level; taskRunId?: string | undefined }
export interface Bucket { n: number; lines: number; warn: number; error: number; match: number }
export interface ProfileRun { taskRunId?: string | undefined; first: number; lines: number; errors: number }
export interface Profile { total: number; levels: Record<string, number>; matches: number; buckets: Bucket[]; runs: ProfileRun[] }
export interface Window { lines: LineAnswer[]; total: number; more: { before: boolean; after: boolean } }
export interface Reader {
  // `after` lines from the place on; with `last`, so many before the end.
  window(filter: Filter, at: number | string, size: number): Promise<Window>;
  profile(filter: Filter, buckets: number): Promise<Profile>;
}

export const lineOf = (answer: LineAnswer): Line => ({ ...answer, plain: plainText(answer.message) });

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
