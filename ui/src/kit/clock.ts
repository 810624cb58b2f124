// One clock for all times and durations that are seen: it ticks once a second while somebody looks.
import { computed, onScopeDispose, readonly, ref, type Ref } from 'vue';

const now = ref(Date.now());
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const second = 1000;
const minute = 60_000;

const tick = (): void => {
  if (!document.hidden) now.value = Date.now();
};

// The end of the current minute: windows of time that end here change once a minute, and with them what they are asked for.
export function useMinute(): Readonly<Ref<number>> {
  const clock = useClock();
  return computed(() => Math.ceil(clock.value / minute) * minute);
}

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
