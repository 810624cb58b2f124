// The task runs of a long execution, level by level: a level is read when it is opened, a page at a time, and followed while it is open. What
// is not looked at is never read (UI-641, UI-1064).
import { ref, shallowRef } from 'vue';
import { mayPass } from '@/api/errors';
import { calm, type Calm } from '@/api/live/calm';
import type { Frame } from '@/api/live/events';
import { followTopic } from '@/api/live/useTopic';
import { againAfter, fetchRuns, runsAPage, type RunPage } from '@/api/queries/runs';
import { runOf, type Run, type RunAnswer } from '@/model/runs';

const readEvery = 1000;
const mostFollowed = 100; // levels: the stream has at most 200 topics
const mostReadAgain = 4; // pages of a level

interface Level {
  rows: Map<string, Run>;
  next: string | undefined;
  total: number;
  revision: number;
  loading: boolean;
  again: Calm;
  unfollow: (() => void) | undefined;
  failed: { reason: unknown; retry: () => Promise<void> } | undefined; // nothing is read by itself until somebody asks for it
}
type Read = typeof fetchRuns;

export class RunLevels {
  readonly version = ref(0);
  readonly error = shallowRef<unknown>(); // of the first level that could not be read
  private readonly levels = new Map<string, Level>();
  private readonly request = new AbortController();

  constructor(private readonly id: string, private readonly isLive: () => boolean, private readonly read: Read = fetchRuns) {}

  has(parent: string): boolean { return this.levels.has(parent); }
  get count(): number { return this.levels.size; }
  runs(): Run[] { return [...this.levels.values()].flatMap((level) => [...level.rows.values()]); }
  // How many runs of each level have not been read.
  rest(): Map<string, number> {
    return new Map([...this.levels].flatMap(([parent, level]) => (level.next === undefined ? [] : [[parent, Math.max(1, level.total - level.rows.size)] as const])));
  }

  open(parent: string): void {
    if (this.levels.has(parent)) return;
    this.levels.set(parent, { rows: new Map(), next: '', total: 0, revision: 0, loading: false, again: calm(() => this.readAgain(parent), readEvery), unfollow: undefined, failed: undefined });
    void this.more(parent);
  }
  async more(parent: string): Promise<void> {
    const level = this.levels.get(parent);
    if (!level || level.failed || level.next === undefined) return;
    const after = level.next;
    await this.attempt(level, async () => {
      this.take(level, await this.page(parent, after));
      if (after === '') this.follow(parent, level);
    }, () => this.more(parent));
  }
  // Reads what could not be read.
  async retry(): Promise<void> {
    const failed = [...this.levels.values()].flatMap((level) => { const one = level.failed; level.failed = undefined; return one ? [one] : []; });
    await Promise.all(failed.map((one) => one.retry()));
  }
  // It runs again: what is open changes once more, and task runs may have gone.
  restarted(): void {
    for (const [parent, level] of this.levels) {
      if (!level.unfollow && level.next !== '') this.follow(parent, level);
      level.again.soon();
    }
  }
  private async attempt(level: Level, read: () => Promise<void>, retry: () => Promise<void>, isAgain = false): Promise<void> {
    if (level.loading) return;
    level.loading = true;
    try {
      await read();
      level.failed = undefined;
    } catch (reason) {
      if (this.request.signal.aborted) return;
      // What is shown already stays, without a word; what is missing is said. Both are read again by themselves where that may help.
      const one = isAgain && mayPass(reason) ? undefined : { reason, retry };
      level.failed = one;
      if (mayPass(reason)) setTimeout(() => { if (one === undefined) level.again.soon(); else if (level.failed === one) void this.retry(); }, againAfter);
    }
    level.loading = false;
    this.error.value = [...this.levels.values()].find((one) => one.failed)?.failed?.reason;
    this.version.value++;
  }
  private page(parent: string, after: string): Promise<RunPage> {
    return this.read(this.id, { size: runsAPage, ...(parent === '' ? {} : { parent }), ...(after === '' ? {} : { after }) }, this.request.signal);
  }
  private take(level: Level, page: RunPage): void {
    for (const row of page.results) level.rows.set(row.id, runOf(row));
    level.next = page.next;
    level.total = page.total;
    level.revision = page.revision;
  }
  private follow(parent: string, level: Level): void {
    if (!this.isLive() || this.request.signal.aborted || this.levels.size > mostFollowed) return;
    level.unfollow = followTopic(`runs:${this.id}${parent === '' ? '' : `:${parent}`}`, {
      since: () => level.revision,
      frame: (frame) => { this.changed(level, frame); },
      ask: () => { level.again.soon(); },
    });
  }
  private changed(level: Level, { rows = [], total, revision }: Frame): void {
    for (const row of rows as RunAnswer[]) if (level.next === undefined || level.rows.has(row.id)) level.rows.set(row.id, runOf(row)); // others come with their page
    level.total = total ?? level.total;
    level.revision = revision;
    if (level.total < level.rows.size) level.again.soon(); // some have gone, and the frame does not say which
    this.version.value++;
  }
  private async readAgain(parent: string): Promise<void> {
    const level = this.levels.get(parent);
    if (!level || level.failed) return;
    if (level.loading) return level.again.soon();
    await this.attempt(level, () => this.readPages(parent, level), () => this.readAgain(parent), true);
  }
  private async readPages(parent: string, level: Level): Promise<void> {
    const known = [...level.rows.keys()];
    const seen = new Set<string>();
    let after = '';
    for (let pages = 0; pages < mostReadAgain && (seen.size < known.length || pages === 0); pages++) {
      const page = await this.page(parent, after);
      const { next } = level;
      this.take(level, page);
      for (const row of page.results) seen.add(row.id);
      if (page.next === undefined) {
        for (const id of known) if (!seen.has(id)) level.rows.delete(id); // to the end: what was not there has gone
        return;
      }
      if (seen.size < known.length) level.next = next; // those behind are here already
      after = page.next;
    }
    // New runs come at the end, so what is missing among the first ones has gone.
    for (const id of known.slice(0, seen.size)) if (!seen.has(id)) level.rows.delete(id);
  }
  close(): void {
    this.request.abort();
    for (const level of this.levels.values()) {
      level.unfollow?.();
      level.again.stop();
    }
  }
}
