import { describe, expect, it, vi } from 'vitest';
import type { RunPage, RunQuery } from '@/api/queries/runs';
import { RunLevels } from './runLevels';
import { summaryOf, sentence, shares } from './summary';

vi.mock('@/api/queries/runs', () => ({ runsAPage: 500, fetchRuns: vi.fn() }));
vi.mock('@/api/live/useTopic', () => ({ followTopic: vi.fn(() => () => undefined) }));

const at = '2026-01-01T00:00:00Z';
const total = 1200;
const server = () => vi.fn((_id: string, { parent = '', after = '0', size = 100 }: RunQuery): Promise<RunPage> => {
  const from = Number(after);
  const all = parent === '' ? 1 : total;
  const results = Array.from({ length: Math.min(size, all - from) }, (_, i) => ({ id: `${parent}${from + i}`, taskId: 't', taskType: '', state: 'SUCCESS', queuedAt: at, attempts: [], errors: 0, outputs: false, ...(parent === '' ? {} : { parentId: parent }) }));
  return Promise.resolve({ results, total: all, byState: {}, revision: 1, ...(from + size < all ? { next: String(from + size) } : {}) });
});
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
  it('say what went wrong, and are read again', async () => {
    const read = server();
    read.mockRejectedValueOnce(new Error('away'));
    const levels = new RunLevels('e', () => false, read as never);
    levels.open('');
    await settled(levels, 1);
    expect(levels.error.value).toBeInstanceOf(Error);
    await levels.more('');
    expect([levels.error.value, levels.runs().length]).toEqual([undefined, 1]);
    levels.close();
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
