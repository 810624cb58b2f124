import { effectScope, nextTick, ref } from 'vue';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/errors';
import { asLong, type Execution } from '@/api/queries/executions';
import { fetchRuns, type RunPage, type RunQuery } from '@/api/queries/runs';
import { RunList } from './runList';
import { useRunOfTask } from './useRun';
import { stateOfPage } from './useTaskStates';

vi.mock('@/api/queries/runs', () => ({ runsAPage: 500, againAfter: 5000, fetchRuns: vi.fn(), useRuns: vi.fn() }));
vi.mock('@/api/base', () => ({ base: '/', apiBase: '', csrf: () => '' }));
vi.mock('@/api/live/useTopic', () => ({ useTopic: vi.fn() }));

const at = '2026-01-01T00:00:00Z';
const row = (id: string, state = 'SUCCESS') => ({ id, taskId: 't', taskType: '', state, queuedAt: at, attempts: [], errors: 0, outputs: true });
// A server whose runs a test changes; a cursor is the id of the last run of a page.
class Server {
  rows = Array.from({ length: 1700 }, (_, i) => row(`r${String(i).padStart(5, '0')}`));
  asked: string[] = [];
  failing = false;
  fail(): Error { return new Error('away'); }
  readonly read = (_id: string, { after = '', size = 100 }: RunQuery): Promise<RunPage> => {
    this.asked.push(after);
    if (this.failing) return Promise.reject(this.fail());
    const behind = this.rows.filter((one) => one.id > after);
    const results = behind.slice(0, size).map((one) => ({ ...one }));
    const last = results[results.length - 1]?.id;
    return Promise.resolve({ results, total: this.rows.length, byState: {}, revision: 1, ...(behind.length > size && last !== undefined ? { next: last } : {}) });
  };
}
const read = async (server: Server, pages: number): Promise<RunList> => {
  const list = new RunList('e', { parent: '*' }, server.read);
  for (let i = 0; i < pages; i++) await list.more();
  server.asked.length = 0;
  return list;
};

// UI-641, UI-1064
describe('a list of task runs', () => {
  it('comes page by page, and has an end', async () => {
    const server = new Server();
    const list = new RunList('e', { parent: '*' }, server.read);
    expect([list.isRead, list.rest]).toEqual([false, 0]);
    void list.more();
    await list.more(); // while the first is on its way
    expect([list.runs().length, list.rest, list.total, server.asked.length]).toEqual([500, 1200, 1700, 1]);
    for (let i = 0; i < 5; i++) await list.more();
    expect([list.runs().length, list.rest, server.asked.length]).toEqual([1700, 0, 4]);
  });
  it('reads again only what is in view when something has changed, and the rest when it comes into view', async () => {
    const server = new Server();
    const list = await read(server, 4);
    await list.see(['r00600', 'r00601']);
    server.rows[600]!.state = 'FAILED';
    server.rows[1600]!.state = 'FAILED';
    for (let i = 0; i < 3; i++) await list.refresh();
    expect(server.asked).toEqual(['r00499', 'r00499', 'r00499']);
    const states = (): string[] => [list.runs()[600]!.state.current, list.runs()[1600]!.state.current];
    expect(states()).toEqual(['FAILED', 'SUCCESS']);
    await list.see(['r01600']);
    expect([states(), server.asked.length]).toEqual([['FAILED', 'FAILED'], 4]);
    await list.see(['r01601']); // it is fresh
    expect(server.asked.length).toBe(4);
  });
  it('has each run once and leaves none out when runs come and go in the middle', async () => {
    const server = new Server();
    const list = await read(server, 4);
    server.rows.splice(10, 20);
    server.rows.push(row('r09999'));
    await list.refresh();
    await list.see(list.runs().map((run) => run.id));
    await list.more();
    expect(list.runs().map((run) => run.id)).toEqual(server.rows.map((one) => one.id));
    server.rows.splice(5, 0, ...Array.from({ length: 600 }, (_, i) => row(`r00004-${String(i).padStart(3, '0')}`)));
    await list.refresh();
    for (let i = 0; i < 6; i++) { await list.more(); await list.see(list.runs().map((run) => run.id)); }
    expect(list.runs().map((run) => run.id)).toEqual(server.rows.map((one) => one.id));
    server.rows.length = 3;
    await list.refresh();
    await list.see(['r00000']);
    expect([list.runs().length, list.rest]).toEqual([3, 0]);
  });
  it('takes what was appended behind its end', async () => {
    const server = new Server();
    const list = await read(server, 4);
    server.rows.push(row('r20000'));
    await list.refresh();
    expect(list.rest).toBe(1);
    await list.more();
    expect([list.rest, list.runs().at(-1)?.id]).toEqual([0, 'r20000']);
  });
});

// UI-653
describe('a list of task runs that cannot be read', () => {
  it('says what went wrong and asks again only when it is told to', async () => {
    const server = new Server();
    const list = await read(server, 1);
    server.failing = true;
    await list.more();
    await list.more();
    await list.see(['r00001']);
    expect([(list.error.value as Error).message, server.asked.length, list.runs().length]).toEqual(['away', 1, 500]);
    await list.retry();
    expect([(list.error.value as Error).message, server.asked.length]).toEqual(['away', 2]);
    server.failing = false;
    await list.retry();
    expect([list.error.value, list.runs().length]).toEqual([undefined, 1000]);
  });
  it('keeps what is shown while a busy server ends its reads, and reads it again by itself', async () => {
    vi.useFakeTimers();
    try {
      const server = new Server();
      const list = await read(server, 1);
      const away = vi.spyOn(server, 'fail').mockImplementation(() => new ApiError(422, 'the query took longer than a second', '', [], ''));
      server.failing = true;
      server.rows[3]!.state = 'FAILED';
      await list.refresh();
      expect([list.error.value, away.mock.calls.length, list.runs()[3]?.state.current]).toEqual([undefined, 1, 'SUCCESS']);
      await vi.advanceTimersByTimeAsync(5000);
      server.failing = false;
      expect(away.mock.calls.length).toBe(2);
      await vi.advanceTimersByTimeAsync(5000);
      expect(list.runs()[3]?.state.current).toBe('FAILED');
      // A page that was never here: it is said, and read again too.
      server.failing = true;
      await list.more();
      expect([list.error.value instanceof ApiError, list.runs().length]).toEqual([true, 500]);
      server.failing = false;
      await vi.advanceTimersByTimeAsync(5000);
      expect([list.error.value, list.runs().length]).toEqual([undefined, 1000]);
      server.failing = true;
      await list.more();
      list.close();
      const asked = server.asked.length;
      await vi.advanceTimersByTimeAsync(60_000);
      expect(server.asked.length).toBe(asked);
    } finally {
      vi.useRealTimers();
    }
  });
  it('does not complain when it was closed', async () => {
    const server = new Server();
    const list = await read(server, 1);
    server.failing = true;
    const more = list.more();
    list.close();
    await more;
    expect(list.error.value).toBeUndefined();
  });
});

// UI-1064
describe('a long execution', () => {
  const execution = (count: number): Execution => ({ id: 'e', taskRunList: Array.from({ length: count }, (_, i) => ({ id: `${i}` })) }) as unknown as Execution;
  it('has no list of task runs that could be taken for all of them', () => {
    expect(asLong(execution(499)).taskRunList).toHaveLength(499);
    expect(asLong(execution(499)).isLong).toBeUndefined();
    const long = asLong(execution(500));
    expect([long.isLong, long.taskRunList]).toEqual([true, undefined]);
  });
  // UI-455
  it('has the state of a task from the counts of the server and from the run that matters most', () => {
    const page = { results: [row('x', 'FAILED')], total: 6000, byState: { SUCCESS: 5000, FAILED: 2, RUNNING: 998 }, revision: 1 };
    expect(stateOfPage(page)).toMatchObject({ state: 'FAILED', runs: 6000, done: 5002, failed: 2, last: { id: 'x' } });
    expect(stateOfPage({ ...page, results: [] })).toBeUndefined();
  });
});

// UI-1103
describe('an address that names a task', () => {
  it('means its run that needs attention, unless somebody has chosen one meanwhile', async () => {
    let answer: (page: RunPage) => void = () => undefined;
    vi.mocked(fetchRuns).mockImplementation(() => new Promise((resolve) => { answer = resolve; }));
    const task = ref<string | undefined>('t');
    const found = vi.fn();
    const scope = effectScope();
    scope.run(() => { useRunOfTask(() => 'e', () => task.value, found); });
    const page: RunPage = { results: [row('x', 'FAILED')], total: 1, byState: {}, revision: 1 };
    task.value = undefined; // a click on a row takes the task out of the address
    await nextTick();
    answer(page);
    await nextTick();
    await nextTick();
    expect(found).not.toHaveBeenCalled();
    task.value = 'other';
    await nextTick();
    answer(page);
    await vi.waitFor(() => { expect(found).toHaveBeenCalledWith('x'); });
    scope.stop();
  });
});
