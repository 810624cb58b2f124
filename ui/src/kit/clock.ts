// One clock for all times and durations that are seen: it ticks once a second while somebody looks.
import { onScopeDispose, readonly, ref, type Ref } from 'vue';

const now = ref(Date.now());
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const second = 1000;

const tick = (): void => {
  if (!document.hidden) now.value = Date.now();
};

export function useClock(): Readonly<Ref<number>> {
  if (users++ === 0) {
    tick();
    timer = setInterval(tick, second);
    document.addEventListener('visibilitychange', tick);
  }
  onScopeDispose(() => {
    if (--users > 0) return;
    clearInterval(timer);
    document.removeEventListener('visibilitychange', tick);
  });
  return readonly(now);
}
