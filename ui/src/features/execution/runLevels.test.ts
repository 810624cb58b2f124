import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/errors';
import type { RunPage, RunQuery } from '@/api/queries/runs';
import { followTopic } from '@/api/live/useTopic';
import { RunLevels } from './runLevels';
import { summaryOf, sentence, shares } from './summary';

vi.mock('@/api/queries/runs', () => ({ runsAPage: 500, againAfter: 5000, fetchRuns: vi.fn() }));
vi.mock('@/api/live/useTopic', () => ({ followTopic: vi.fn(() => () => undefined) }));

const at = '2026-01-01T00:00:00Z';
const total = 1200;
const row = (id: string, state: string) => ({ id, taskId: 't', taskType: '', state, queuedAt: at, attempts: [], errors: 0, outputs: false, parentId: 'p' });
const server = () => vi.fn((_id: string, { parent = '', after = '0', size = 100 }: RunQuery): Promise<RunPage> => {
  const from = Number(after);
  const all = parent === '' ? 1 : total;
  const results = Array.from({ length: Math.min(size, all - from) }, (_, i) => ({ id: `${parent}${from + i}`, taskId: 't', taskType: '', state: 'SUCCESS', queuedAt: at, attempts: [], errors: 0, outputs: false, ...(parent === '' ? {} : { parentId: parent }) }));
  return Promise.resolve({ results, total: all, byState: {}, revision: 1, ...(from + size < all ? { next: String(from + size) } : {}) });
});
beforeEach(() => { vi.mocked(followTopic).mockClear(); });
const settled = async (levels: RunLevels, version: number) => { await vi.waitFor(() => { expect(levels.version.value).toBe(version); }); };

// UI-641, UI-1064
describe('the task runs of a long execution', () => {
  it('are read level by level, page by page, and only where they are looked at', async () => {
    const read = server();
    const levels = new RunLevels('e', () => false, read as never);
    levels.open('');
    await settled(levels, 1);
    expect(levels.runs()).toHaveLength(1);
    expect(levels.rest()).toEqual(new Map());
    levels.open('p');
    levels.open('p');
    void levels.more('p'); // while the first page is on its way
    await settled(levels, 2);
    expect([levels.runs().length, levels.rest().get('p')]).toEqual([501, 700]);
    await levels.more('p');
    await levels.more('p');
    await levels.more('p'); // there is nothing behind the end
    expect([levels.runs().length, levels.rest().size, read.mock.calls.length]).toEqual([1 + total, 0, 4]);
    levels.close();
  });
  it('say what went wrong, ask no more by themselves, and are read again where they failed', async () => {
    const read = server();
    read.mockRejectedValueOnce(new Error('away'));
    const levels = new RunLevels('e', () => false, read as never);
    levels.open('');
    await settled(levels, 1);
    expect(levels.error.value).toBeInstanceOf(Error);
    await levels.more(''); // the end of the level is in view: it asks with each change of the page
    expect([read.mock.calls.length, levels.runs().length]).toEqual([1, 0]);
    await levels.retry();
    expect([levels.error.value, levels.runs().length]).toEqual([undefined, 1]);
    // A level further down fails, and the levels above stay.
    levels.open('p');
    await settled(levels, 3);
    read.mockRejectedValueOnce(new Error('gone'));
    await levels.more('p');
    expect([(levels.error.value as Error).message, levels.runs().length]).toEqual(['gone', 501]);
    await levels.more('');
    expect((levels.error.value as Error).message).toBe('gone'); // another level that is read does not hide it
    await levels.retry();
    expect([levels.error.value, levels.runs().length, levels.rest().get('p')]).toEqual([undefined, 1001, 200]);
    levels.close();
  });
  // UI-653
  it('are read and followed again after a restart, without the runs that have gone', async () => {
    vi.useFakeTimers();
    try {
      let isLive = false;
      const read = server();
      const levels = new RunLevels('e', () => isLive, read as never);
      levels.open('p');
      await vi.advanceTimersByTimeAsync(1);
      expect([vi.mocked(followTopic).mock.calls.length, levels.runs().length]).toEqual([0, 500]);
      isLive = true;
      read.mockImplementation(() => Promise.resolve({ results: [row('p0', 'RUNNING'), row('p7', 'SUCCESS')], total: 2, byState: {}, revision: 9 }));
      levels.restarted();
      expect(vi.mocked(followTopic).mock.calls.map(([topic]) => topic)).toEqual(['runs:e:p']);
      await vi.advanceTimersByTimeAsync(2000);
      expect(levels.runs().map((run) => [run.id, run.state.current])).toEqual([['p0', 'RUNNING'], ['p7', 'SUCCESS']]);
      // A frame with fewer runs than are here: the level is read again, and a failure of that is said too.
      const follower = vi.mocked(followTopic).mock.calls[0]![1];
      read.mockRejectedValueOnce(new Error('away'));
      follower.frame({ topic: '', revision: 10, rows: [row('p0', 'FAILED')], total: 1 });
      await vi.advanceTimersByTimeAsync(4000);
      expect((levels.error.value as Error).message).toBe('away');
      read.mockImplementation(() => Promise.resolve({ results: [row('p0', 'FAILED')], total: 1, byState: {}, revision: 11 }));
      await levels.retry();
      expect([levels.error.value, levels.runs().map((run) => run.id)]).toEqual([undefined, ['p0']]);
      // A server that is too busy for a read is asked again by itself.
      const before = read.mock.calls.length;
      read.mockRejectedValueOnce(new ApiError(422, 'the query took longer than a second', '', [], ''));
      follower.ask(false);
      await vi.advanceTimersByTimeAsync(4000);
      expect([levels.error.value, read.mock.calls.length]).toEqual([undefined, before + 1]);
      await vi.advanceTimersByTimeAsync(5000);
      expect(read.mock.calls.length).toBe(before + 2);
      // A level that was never here says so until it is read.
      read.mockRejectedValueOnce(new ApiError(422, 'the query took longer than a second', '', [], ''));
      levels.open('q');
      await vi.advanceTimersByTimeAsync(100);
      expect(levels.error.value).toBeInstanceOf(ApiError);
      await vi.advanceTimersByTimeAsync(5000);
      expect([levels.error.value, read.mock.calls.length]).toEqual([undefined, before + 4]);
      levels.close();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('an execution in short', () => {
  const run = (id: string, state: string, parentTaskRunId?: string) => ({ id, taskId: id, state: { current: state, startDate: at, histories: [] }, ...(parentTaskRunId ? { parentTaskRunId } : {}) });
  it('counts what runs, not the loops around it', () => {
    const summary = summaryOf([run('loop', 'RUNNING'), run('a', 'SUCCESS', 'loop'), run('b', 'RUNNING', 'loop')]);
    expect(shares(summary)).toEqual([{ state: 'SUCCESS', count: 1 }, { state: 'RUNNING', count: 1 }]);
    expect(sentence('RUNNING', summary)).toContain('b');
    expect(sentence('RUNNING', summary)).not.toContain('loop');
  });
});
