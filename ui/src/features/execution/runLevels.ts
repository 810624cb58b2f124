// The task runs of a long execution, level by level: a level is read when it is opened, a page at a time, and followed while it is open. What
// is not looked at is never read (UI-641, UI-1064).
import { ref, shallowRef } from 'vue';
import { calm, type Calm } from '@/api/live/calm';
import type { Frame } from '@/api/live/events';
import { followTopic } from '@/api/live/useTopic';
import { fetchRuns, runsAPage, type RunPage } from '@/api/queries/runs';
import { runOf, type Run, type RunAnswer } from '@/model/runs';

const readEvery = 1000;
const mostFollowed = 100; // levels: the stream has at most 200 topics
const mostReadAgain = 4; // pages of a level

interface Level { rows: Map<string, Run>; next: string | undefined; total: number; revision: number; loading: boolean; again: Calm; unfollow: (() => void) | undefined }
type Read = typeof fetchRuns;

export class RunLevels {
  readonly version = ref(0);
  readonly error = shallowRef<unknown>();
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
    this.levels.set(parent, { rows: new Map(), next: '', total: 0, revision: 0, loading: false, again: calm(() => this.readAgain(parent), readEvery), unfollow: undefined });
    void this.more(parent);
  }
  async more(parent: string): Promise<void> {
    const level = this.levels.get(parent);
    if (!level || level.loading || level.next === undefined) return;
    level.loading = true;
    try {
      const isFirst = level.next === '';
      this.take(level, await this.page(parent, level.next));
      if (isFirst) this.follow(parent, level);
      this.error.value = undefined;
    } catch (reason) {
      if (!this.request.signal.aborted) this.error.value = reason;
    }
    level.loading = false;
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
    this.version.value++;
  }
  private async readAgain(parent: string): Promise<void> {
    const level = this.levels.get(parent);
    if (!level || level.loading) return;
    const known = level.rows.size;
    let after = '';
    for (let read = 0, pages = 0; pages < mostReadAgain && (read < known || pages === 0); pages++) {
      const page = await this.page(parent, after);
      const { next } = level;
      this.take(level, page);
      read += page.results.length;
      if (read < known) level.next = next; // those behind are here already
      if (page.next === undefined) break;
      after = page.next;
    }
    this.version.value++;
  }
  close(): void {
    this.request.abort();
    for (const level of this.levels.values()) {
      level.unfollow?.();
      level.again.stop();
    }
  }
}
