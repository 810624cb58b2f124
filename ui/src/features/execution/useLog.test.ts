import { effectScope, ref, type EffectScope } from 'vue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Follower } from '@/api/live/events';
import { fetchProfile, fetchWindow, type LogWindow } from '@/api/queries/logs';
import { useLog, type Wanted } from './useLog';

const live = vi.hoisted(() => ({ follower: undefined as Follower | undefined }));
vi.mock('@/api/live/useTopic', () => ({ followTopic: vi.fn((_topic: string, follower: Follower) => { live.follower = follower; return () => undefined; }) }));
vi.mock('@/api/queries/logs', () => ({ fetchProfile: vi.fn(), fetchWindow: vi.fn(), logTopic: () => 'log:e' }));

let scope: EffectScope;
let lines = 3;
const line = (n: number) => ({ n, at: '2026-01-01T00:00:00Z', level: 'INFO', message: `line ${n}` });
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const opened = async () => {
  const wanted = ref<Wanted>({ id: 'e', filter: { minLevel: 'INFO' }, byTask: false, q: '', regex: false });
  const feed = scope.run(() => useLog(wanted, ref(false)))!;
  await pass(10);
  return feed;
};
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { hidden: false, addEventListener: () => undefined, removeEventListener: () => undefined });
  vi.stubGlobal('requestAnimationFrame', (turn: (now: number) => void) => { queueMicrotask(() => { turn(performance.now()); }); return 1; });
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
  lines = 3;
  vi.mocked(fetchProfile).mockImplementation(() => Promise.resolve({ total: lines, levels: { INFO: lines }, matches: 0, buckets: [{ n: 1, lines, warn: 0, error: 0, match: 0 }], runs: [] }) as never);
  vi.mocked(fetchWindow).mockReset().mockImplementation((_id, { at }) => {
    const from = at === 'last' ? 1 : Number(at);
    return Promise.resolve({ lines: Array.from({ length: Math.max(0, lines + 1 - from) }, (_, i) => line(from + i)), total: lines, more: { before: false, after: false } } as unknown as LogWindow);
  });
  scope = effectScope();
});
afterEach(() => { scope.stop(); vi.useRealTimers(); vi.unstubAllGlobals(); });

// UI-653
describe('the log of a running execution', () => {
  it('says that lines cannot be read, asks ever less often, and reads on when they can', async () => {
    const feed = await opened();
    expect([feed.error.value, feed.view.value?.total]).toEqual([undefined, 3]);
    const before = vi.mocked(fetchWindow).mock.calls.length;
    const working = vi.mocked(fetchWindow).getMockImplementation()!;
    vi.mocked(fetchWindow).mockImplementation(() => Promise.reject(new Error('away')));
    lines = 5;
    live.follower!.ask(false);
    await pass(1500);
    expect((feed.error.value as Error).message).toBe('away');
    for (let second = 0; second < 120; second++) {
      live.follower!.frame({ topic: '', revision: 9, lines: [line(9)] as never }); // each frame asks for what is missing
      await pass(1000);
    }
    const asked = vi.mocked(fetchWindow).mock.calls.length - before;
    expect(asked).toBeGreaterThanOrEqual(8);
    expect(asked).toBeLessThanOrEqual(14);
    vi.mocked(fetchWindow).mockImplementation(working);
    await feed.retry();
    await pass(1000);
    expect([feed.error.value, feed.view.value?.total]).toEqual([undefined, 5]);
    // It follows again.
    live.follower!.frame({ topic: '', revision: 6, lines: [line(6)] as never });
    await pass(1000);
    expect(feed.view.value?.total).toBe(6);
  });
  it('is read again by itself after a failure', async () => {
    const feed = await opened();
    vi.mocked(fetchWindow).mockImplementationOnce(() => Promise.reject(new Error('away')));
    lines = 4;
    live.follower!.ask(false);
    await pass(900);
    expect(feed.error.value).toBeInstanceOf(Error);
    await pass(4000);
    expect([feed.error.value, feed.view.value?.total]).toEqual([undefined, 4]);
  });
  it('is opened again when it could not be opened', async () => {
    vi.mocked(fetchProfile).mockImplementationOnce(() => Promise.reject(new Error('away')));
    const feed = await opened();
    expect(feed.error.value).toBeInstanceOf(Error);
    await feed.retry();
    await pass(100);
    expect([feed.error.value, feed.view.value?.total]).toEqual([undefined, 3]);
  });
});
