// The log of an execution: its profile, the view of its lines, and while it runs the lines that are written. New lines are asked for by the
// number of the last one, so none is doubled and none is missing, whatever happens to the connection (UI-653).
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import { markLost, markOpen } from '@/api/live/connection';
import { fetchProfile, fetchWindow } from '@/api/queries/logs';
import type { Filter, Profile, Reader } from '@/logs/lines';
import { LogView } from '@/logs/view';

export const mostGroups = 5000; // the server names no more task runs
const buckets = 400;
const tailEvery = 250;
const countEvery = 2000;
const newLines = 1000;
const tooFarBehind = 20; // reads in a row: then the log is opened again at its end
const readsAfterEnd = 4; // the last lines are stored shortly after the last state
const delays = [500, 1000, 2000, 4000, 8000, 15_000];

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
  private timer: ReturnType<typeof setTimeout> | undefined;
  private counted = { at: 0, last: 0 };
  private failures = 0;
  private isLive = false; // opened while it ran: lines are read until shortly after the end
  private left = readsAfterEnd;

  constructor(private readonly wanted: Ref<Wanted>, private readonly ended: Ref<boolean>) {}

  private get name(): string { return `log:${this.wanted.value.id}`; }
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
      this.left = readsAfterEnd;
      this.follow();
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
    this.counted = { at: Date.now(), last: this.view.value?.last ?? 0 };
    this.profile.value = profile;
    this.runs.value = (all ?? profile).runs;
    return profile;
  }
  follow(): void {
    clearTimeout(this.timer);
    markOpen(this.name, !this.ended.value);
    if (!this.isLive || this.left <= 0 || !this.view.value) return;
    this.timer = setTimeout(() => void this.read(), this.failures > 0 ? (delays[Math.min(this.failures, delays.length) - 1] ?? 0) * (0.75 + Math.random() / 2) : tailEvery);
  }
  // A hidden page reads nothing; when it is seen again, one read catches up.
  private async read(): Promise<void> {
    const view = this.view.value;
    if (!view || document.hidden) return;
    const { signal } = this.request;
    if (this.ended.value) this.left--;
    try {
      for (let more = true, tries = 0; more; tries++) {
        if (tries >= tooFarBehind) return void this.open();
        const answer = await fetchWindow(this.wanted.value.id, { ...view.filter, at: String(view.last + 1), size: newLines }, signal);
        if (signal.aborted) return;
        this.failures = 0;
        markLost(this.name, undefined);
        view.append(answer.lines);
        if (answer.lines.length > 0) this.version.value++;
        more = answer.more.after;
      }
      if (view.last !== this.counted.last && (Date.now() - this.counted.at > countEvery || this.left <= 0)) await this.count();
    } catch {
      if (signal.aborted) return;
      if (this.failures++ === 0) markLost(this.name, Date.now()); // the banner says it; the next read follows
    }
    this.follow();
  }
  close(): void {
    clearTimeout(this.timer);
    this.view.value?.close();
    this.request.abort();
    this.failures = 0;
    markLost(this.name, undefined);
    markOpen(this.name, false);
  }
}

export function useLog(wanted: Ref<Wanted>, ended: Ref<boolean>) {
  const feed = new LogFeed(wanted, ended);
  watch([() => wanted.value.id, () => wanted.value.filter.minLevel, () => wanted.value.filter.taskRunId, () => wanted.value.byTask], ([now], [before]) => {
    if (now !== before) feed.view.value = undefined;
    void feed.open();
  }, { immediate: true });
  watch([() => wanted.value.q, () => wanted.value.regex], () => { feed.count().catch(() => undefined); }); // the search itself says what is wrong
  watch(ended, (isOver) => { if (isOver) feed.follow(); else void feed.open(); }); // restarted: it goes on
  const seen = (): void => { if (!document.hidden) feed.follow(); };
  document.addEventListener('visibilitychange', seen);
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', seen);
    feed.close();
  });
  return feed;
}
