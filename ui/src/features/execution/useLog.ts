// Fills a store with the log: whole once it has ended, by the stream while it runs. Lines are added once a frame. A stream that begins
// again sends every line again: the store is filled anew, so that none is doubled and none is missing (UI-653).
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import { markLost, markOpen } from '@/api/live/connection';
import { follow } from '@/api/live/follow';
import { fetchLog, logFollow } from '@/api/queries/logs';
import { LogStore, type Entry } from '@/logs/store';

export function useLog(id: Ref<string>, ended: Ref<boolean>) {
  const store = new LogStore();
  const version = ref(0);
  const loaded = ref(false);
  const error = shallowRef<unknown>();
  let stop: (() => void) | undefined;
  let waiting: Entry[] = [];
  let seen = 0; // lines of the stream since it began; the first `store.lines.length` are there already
  let frame = 0;
  let request: AbortController | undefined;

  const flush = (): void => {
    frame = 0;
    store.append(waiting);
    waiting = [];
    version.value++;
    loaded.value = true;
  };
  const end = (): void => {
    stop?.();
    stop = undefined;
    markOpen(`log:${id.value}`, false);
  };
  async function whole(): Promise<void> {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    try {
      const entries = await fetchLog(id.value, 'TRACE', signal);
      if (signal.aborted) return;
      cancelAnimationFrame(frame);
      waiting = [];
      store.clear();
      store.append(entries);
      version.value++;
      loaded.value = true;
      error.value = undefined;
    } catch (reason) {
      if (!signal.aborted) error.value = reason;
    }
  }
  function live(): void {
    const name = `log:${id.value}`;
    markOpen(name, true);
    stop = follow(logFollow(id.value), {
      restart: () => { seen = 0; frame ||= requestAnimationFrame(flush); },
      data: (entry) => {
        if (++seen <= store.lines.length + waiting.length) return;
        waiting.push(entry as Entry);
        frame ||= requestAnimationFrame(flush);
      },
      end: () => { end(); void whole(); },
      poll: whole,
      lost: (since) => markLost(name, since),
    });
  }
  function begin(): void {
    end();
    store.clear();
    version.value++;
    loaded.value = false;
    seen = 0;
    if (ended.value) void whole();
    else live();
  }
  watch(id, begin, { immediate: true });
  watch(ended, (now, before) => {
    if (before && !now && stop === undefined) begin(); // restarted
  });
  onScopeDispose(() => {
    end();
    request?.abort();
    cancelAnimationFrame(frame);
  });
  return { store, version, loaded, error, reload: begin };
}
