import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { computed, effectScope } from 'vue';
import { useMinute } from './clock';

describe('the clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:10Z') });
    vi.stubGlobal('document', { hidden: false, addEventListener: () => undefined, removeEventListener: () => undefined });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  it('makes a new window of time once a minute, not with each tick', () => {
    const scope = effectScope();
    scope.run(() => {
      const end = useMinute();
      const window = computed(() => ({ end: end.value }));
      const first = window.value;
      expect(first.end).toBe(Date.parse('2026-01-01T00:01:00Z'));
      vi.advanceTimersByTime(40_000);
      expect(window.value).toBe(first);
      vi.advanceTimersByTime(20_000);
      expect(window.value.end).toBe(Date.parse('2026-01-01T00:02:00Z'));
    });
    scope.stop();
  });
});
