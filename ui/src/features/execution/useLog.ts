// The log of an execution: its profile, the view of its lines, and while it runs the lines that are written. The stream sends them from the
// number of the last one on; what it may have missed is read from that number on. So none is doubled and none is missing, whatever happens
// to the connection (UI-653).
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import { calm } from '@/api/live/calm';
import { followTopic } from '@/api/live/useTopic';
import { fetchProfile, fetchWindow, logTopic } from '@/api/queries/logs';
import type { Filter, LineAnswer, Profile, Reader } from '@/logs/lines';
import { Slices } from '@/logs/slices';
import { LogView } from '@/logs/view';

export const mostGroups = 5000; // the server names no more task runs
const buckets = 400;
const countEvery = 2000;
const readEvery = 1000;
const slowest = 15_000; // between two reads that fail
const newLines = 1000;
const tooFarBehind = 20; // reads in a row: then the log is opened again at its end

export interface Wanted { id: string; filter: Filter; byTask: boolean; q: string; regex: boolean }

const reader = (id: string, signal: AbortSignal): Reader => ({
  window: (filter, at, size) => fetchWindow(id, { ...filter, at: String(at), size }, signal),
  profile: (filter, count) => fetchProfile(id, { ...filter, buckets: count }, signal),
});

class LogFeed {
  readonly view = shallowRef<LogView>();
  readonly profile = shallowRef<Profile>(); // of what is shown, with the matches of the search
  readonly runs = shallowRef<Profile['runs']>([]); // of all task runs, with the lowest level
  readonly version = ref(0);
  readonly error = shallowRef<unknown>();
  readonly folded = new Set<string>();
  private request = new AbortController();
  private reached = 0; // the number of the last line that is here
  private isLive = false; // opened while it ran: it is followed until it is closed
  private isBehind = false; // lines are missing: what the stream sends is dropped until they are read
  private failures = 0; // reads of missing lines that failed, one after the other
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private held: LineAnswer[] | undefined; // what the stream sends while they are read
  private unfollow: (() => void) | undefined;
  private readonly slices = new Slices<LineAnswer>((lines) => {
    this.view.value?.append(lines);
    this.version.value++;
    this.counts.soon();
  });
  private readonly counts = calm(() => this.count(), countEvery);
  private readonly reads = calm(() => this.catchUp(), readEvery);

  constructor(private readonly wanted: Ref<Wanted>, private readonly ended: Ref<boolean>) {}

  async open(): Promise<void> {
    this.close();
    const mine = (this.request = new AbortController());
    const { id, filter, byTask } = this.wanted.value;
    this.isLive = !this.ended.value;
    try {
      const profile = await this.count(mine.signal);
      const view = new LogView(reader(id, mine.signal), filter, byTask && profile.runs.length < mostGroups, {
        changed: () => { this.version.value++; },
        failed: (reason) => { if (!mine.signal.aborted) this.error.value = reason; },
        stale: () => { if (!mine.signal.aborted) void this.open(); },
      });
      await view.open(profile, this.folded, this.isLive);
      if (mine.signal.aborted) return view.close();
      this.view.value = view;
      this.error.value = undefined;
      this.version.value++;
      this.reached = view.last;
      if (this.isLive) this.follow();
    } catch (reason) {
      if (!mine.signal.aborted) this.error.value = reason;
    }
  }
  // Counts of levels, matches and task runs. The rail shows all task runs, also while the lines of one are shown.
  async count(signal = this.request.signal): Promise<Profile> {
    const { id, filter, q, regex } = this.wanted.value;
    const [profile, all] = await Promise.all([
      fetchProfile(id, { ...filter, buckets, ...(q === '' ? {} : { q, regex }) }, signal),
      filter.taskRunId === undefined ? undefined : fetchProfile(id, { minLevel: filter.minLevel, buckets: 1 }, signal),
    ]);
    if (signal.aborted) return profile;
    this.profile.value = profile;
    this.runs.value = (all ?? profile).runs;
    return profile;
  }
  private follow(): void {
    this.unfollow = followTopic(logTopic(this.wanted.value.id, this.wanted.value.filter), {
      since: () => this.reached,
      frame: ({ lines = [] }) => { this.take(lines); },
      ask: (isOver) => {
        if (isOver) return void this.open(); // lines were deleted, or far too many are missing
        this.isBehind = true;
        this.readSoon();
      },
    });
  }
  // A hidden page takes nothing; when it is seen again, one read catches up.
  private take(lines: readonly LineAnswer[]): void {
    this.isBehind ||= document.hidden;
    if (this.isBehind) return this.readSoon();
    if (this.held) this.held.push(...lines);
    else this.add(lines);
  }
  private add(lines: readonly LineAnswer[]): void {
    const next = lines.filter((line) => line.n > this.reached);
    this.reached = next[next.length - 1]?.n ?? this.reached;
    this.slices.add(next);
  }
  // After failures nothing is read before its time, whatever the stream sends.
  private readSoon(): void { if (this.waiting === undefined) this.reads.soon(); }
  private readLater(): void {
    const delay = Math.min(slowest, readEvery * 2 ** this.failures);
    this.failures++;
    this.waiting = setTimeout(() => { this.waiting = undefined; this.reads.soon(); }, delay);
  }
  // What could not be read is read at once.
  async retry(): Promise<void> {
    if (!this.view.value || this.failures === 0) return this.open();
    this.stopWaiting();
    await this.catchUp();
  }
  private stopWaiting(): void {
    clearTimeout(this.waiting);
    this.waiting = undefined;
  }
  private async catchUp(): Promise<void> {
    const { signal } = this.request;
    if (!this.unfollow || signal.aborted) return;
    this.isBehind = false;
    this.held = [];
    try {
      for (let more = true, tries = 0; more; tries++) {
        if (tries >= tooFarBehind) return void this.open();
        const answer = await fetchWindow(this.wanted.value.id, { ...this.wanted.value.filter, at: String(this.reached + 1), size: newLines }, signal);
        if (signal.aborted) return;
        this.add(answer.lines);
        more = answer.more.after;
      }
      this.add(this.held);
      if (this.failures > 0) this.error.value = undefined;
      this.failures = 0;
    } catch (reason) {
      if (signal.aborted) return;
      this.isBehind = true;
      this.error.value = reason;
      this.readLater();
    } finally {
      if (!signal.aborted) this.held = undefined;
    }
  }
  // It runs again: a log that was opened after the end is not followed yet.
  restarted(): void { if (!this.isLive) void this.open(); }
  close(): void {
    this.unfollow?.();
    this.unfollow = undefined;
    this.view.value?.close();
    this.request.abort();
    this.slices.clear();
    this.held = undefined;
    this.isBehind = false;
    this.failures = 0;
    this.stopWaiting();
  }
  end(): void {
    this.close();
    this.counts.stop();
    this.reads.stop();
  }
}

export function useLog(wanted: Ref<Wanted>, ended: Ref<boolean>) {
  const feed = new LogFeed(wanted, ended);
  watch([() => wanted.value.id, () => wanted.value.filter.minLevel, () => wanted.value.filter.taskRunId, () => wanted.value.byTask], ([now], [before]) => {
    if (now !== before) feed.view.value = undefined;
    void feed.open();
  }, { immediate: true });
  watch([() => wanted.value.q, () => wanted.value.regex], () => { feed.count().catch(() => undefined); }); // the search itself says what is wrong
  watch(ended, (isOver) => { if (!isOver) feed.restarted(); });
  onScopeDispose(() => { feed.end(); });
  return feed;
}
