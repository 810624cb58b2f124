// Fills a store with the log: whole once it has ended, by the stream while it runs. Lines are added once a frame. A stream that begins
// again sends every line again: those that are there already are passed over, so that none is doubled and none is missing (UI-653).
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import { markLost, markOpen } from '@/api/live/connection';
import { follow } from '@/api/live/follow';
import { fetchLog, logFollow } from '@/api/queries/logs';
import { LogStore, type Entry } from '@/logs/store';

class LogFeed {
  readonly store = new LogStore();
  readonly version = ref(0);
  readonly loaded = ref(false);
  readonly error = shallowRef<unknown>();
  private stop: (() => void) | undefined;
  private waiting: Entry[] = [];
  private seen = 0; // lines of the stream since it began
  private frame = 0;
  private request: AbortController | undefined;
  private name = '';

  get isOpen(): boolean { return this.stop !== undefined; }

  private schedule(): void { this.frame ||= requestAnimationFrame(() => this.flush()); }
  private flush(): void {
    this.frame = 0;
    this.store.append(this.waiting);
    this.waiting = [];
    this.version.value++;
    this.loaded.value = true;
  }
  private drop(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.waiting = [];
    this.store.clear();
  }
  async whole(id: string): Promise<void> {
    this.request?.abort();
    const mine = (this.request = new AbortController());
    try {
      const entries = await fetchLog(id, 'TRACE', mine.signal);
      if (mine.signal.aborted) return;
      this.drop();
      this.store.append(entries);
      this.version.value++;
      this.loaded.value = true;
      this.error.value = undefined;
    } catch (reason) {
      if (!mine.signal.aborted) this.error.value = reason;
    }
  }
  live(id: string): void {
    this.name = `log:${id}`;
    markOpen(this.name, true);
    this.stop = follow(logFollow(id), {
      restart: () => { this.seen = 0; this.schedule(); },
      data: (entry) => {
        if (++this.seen <= this.store.lines.length + this.waiting.length) return;
        this.waiting.push(entry as Entry);
        this.schedule();
      },
      end: () => { this.close(); void this.whole(id); },
      poll: () => this.whole(id),
      lost: (since) => markLost(this.name, since),
    });
  }
  close(): void {
    this.stop?.();
    this.stop = undefined;
    markOpen(this.name, false);
  }
  begin(id: string, ended: boolean): void {
    this.close();
    this.drop();
    this.version.value++;
    this.loaded.value = false;
    this.seen = 0;
    if (ended) void this.whole(id);
    else this.live(id);
  }
  dispose(): void {
    this.close();
    this.request?.abort();
    this.drop();
  }
}

export function useLog(id: Ref<string>, ended: Ref<boolean>) {
  const feed = new LogFeed();
  watch(id, () => feed.begin(id.value, ended.value), { immediate: true });
  watch(ended, (now, before) => {
    if (before && !now && !feed.isOpen) feed.begin(id.value, false); // restarted
  });
  onScopeDispose(() => feed.dispose());
  return { store: feed.store, version: feed.version, loaded: feed.loaded, error: feed.error, reload: () => feed.begin(id.value, ended.value) };
}
