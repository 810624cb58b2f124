import { expect, it } from 'vitest';
import { taskStates } from './taskstates';

const run = (id: string, taskId: string, current: string, start: string, endDate?: string) => ({ id, taskId, state: { current, startDate: start, histories: [], ...(endDate === undefined ? {} : { endDate }) } });

// UI-455
it('the runs of a loop are one state with counts, the worst first', () => {
  const states = taskStates([run('1', 'a', 'SUCCESS', '2026-01-01T00:00:00Z', '2026-01-01T00:00:05Z'), run('2', 'a', 'FAILED', '2026-01-01T00:00:01Z', '2026-01-01T00:00:09Z'), run('3', 'a', 'RUNNING', '2026-01-01T00:00:02Z'), run('4', 'b', 'SUCCESS', '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z')]);
  expect(states.get('a')).toMatchObject({ state: 'FAILED', runs: 3, done: 2, failed: 1, end: undefined, last: { id: '2' } });
  expect(states.get('b')).toMatchObject({ state: 'SUCCESS', runs: 1, end: Date.parse('2026-01-01T00:00:01Z') });
});
