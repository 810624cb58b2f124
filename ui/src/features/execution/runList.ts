// Task runs of a long execution that match a query, a page at a time. When something has changed, only the pages in view are read again, and
// the others when they come into view: what a change costs does not grow with what was scrolled through (UI-641, UI-1064).
import { ref, shallowRef } from 'vue';
import { mayPass } from '@/api/errors';
import { againAfter, fetchRuns, runsAPage, type RunPage, type RunQuery } from '@/api/queries/runs';
import { runOf, type Run } from '@/model/runs';

interface Page { after: string; runs: Run[]; next: string | undefined; isStale: boolean }
type Read = typeof fetchRuns;

export class RunList {
  readonly version = ref(0);
  readonly error = shallowRef<unknown>(); // until somebody asks again, nothing is read by itself
  private readonly pages: Page[] = [];
  private inView = new Set<string>();
  private all: { of: number; runs: Run[] } = { of: -1, runs: [] };
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private loading: Promise<void> | undefined;
  private failed: () => Promise<void> = () => Promise.resolve();
  private matches = 0;
  private readonly request = new AbortController();

  constructor(private readonly id: string, private readonly query: RunQuery, private readonly read: Read = fetchRuns) {}

  get isRead(): boolean { return this.pages.length > 0; }
  get total(): number { return this.matches; }
  // How many of them have not been read.
  get rest(): number {
    const last = this.pages[this.pages.length - 1];
    return last === undefined ? 0 : Math.max(last.next === undefined ? 0 : 1, this.matches - this.runs().length);
  }
  runs(): Run[] {
    if (this.all.of !== this.version.value) this.all = { of: this.version.value, runs: [...new Map(this.pages.flatMap((page) => page.runs).map((run) => [run.id, run])).values()] };
    return this.all.runs;
  }

  // The next page. Where there was none, the last page is read again: it may have grown.
  async more(): Promise<void> {
    if (this.error.value !== undefined) return;
    await this.alone(async () => {
      const last = this.pages[this.pages.length - 1];
      if (last && last.next === undefined) {
        if (this.rest > 0) await this.reread(this.pages.length - 1);
        return;
      }
      const after = last?.next ?? '';
      this.take(this.pages.length, after, await this.page(after));
    });
  }
  // The ids of the runs that are seen.
  async see(ids: Iterable<string>): Promise<void> {
    this.inView = new Set(ids);
    if (this.error.value === undefined && this.stale() >= 0) await this.alone(() => this.readStale(), true);
  }
  async refresh(): Promise<void> {
    for (const page of this.pages) page.isStale = true;
    if (this.error.value === undefined) await this.alone(() => this.readStale(), true);
  }
  // Reads what could not be read.
  async retry(): Promise<void> {
    this.error.value = undefined;
    await this.alone(this.failed);
  }
  close(): void {
    this.request.abort();
    clearTimeout(this.waiting);
  }

  // One read at a time; what is asked for meanwhile is what the end of a read looks for.
  private async alone(read: () => Promise<void>, isAgain = false): Promise<void> {
    if (this.loading) return this.loading;
    this.loading = (async () => {
      try {
        await read();
        await this.readStale();
      } catch (reason) {
        this.failed = read;
        if (this.request.signal.aborted) return;
        // What is shown already stays, without a word; what is missing is said. Both are read again by themselves where that may help.
        if (!isAgain || !mayPass(reason)) this.error.value = reason;
        if (mayPass(reason)) this.readLater();
      }
      this.loading = undefined;
      this.version.value++;
    })();
    return this.loading;
  }
  private readLater(): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void (this.error.value === undefined ? this.refresh() : this.retry()), againAfter);
  }
  private page(after: string): Promise<RunPage> {
    return this.read(this.id, { ...this.query, size: runsAPage, ...(after === '' ? {} : { after }) }, this.request.signal);
  }
  private take(at: number, after: string, page: RunPage): void {
    this.pages[at] = { after, runs: page.results.map(runOf), next: page.next, isStale: false };
    this.matches = page.total;
    // Matches came or went in the middle: the page behind begins elsewhere.
    const behind = this.pages[at + 1];
    if (page.next === undefined) this.pages.length = at + 1;
    else if (behind && behind.after !== page.next) Object.assign(behind, { after: page.next, isStale: true });
    this.version.value++;
  }
  private async reread(at: number): Promise<void> {
    const page = this.pages[at];
    if (page) this.take(at, page.after, await this.page(page.after));
  }
  private stale(): number {
    return this.pages.findIndex((page, at) => page.isStale && ((this.inView.size === 0 && at === 0) || page.runs.some((run) => this.inView.has(run.id))));
  }
  private async readStale(): Promise<void> {
    for (let at = this.stale(); at >= 0; at = this.stale()) await this.reread(at);
  }
}
