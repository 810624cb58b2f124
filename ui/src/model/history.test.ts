import { expect, it } from 'vitest';
import { historyOf } from './history';

const state = (...steps: [string, string][]) => ({ current: steps[steps.length - 1]?.[0] ?? '', startDate: steps[0]?.[1] ?? '', histories: steps.map(([name, date]) => ({ state: name, date })) });

// UI-1102
it('what happened stands in its order, attempts included', () => {
  const entries = historyOf({
    id: 'e', state: state(['CREATED', '2026-01-01T00:00:00Z'], ['RUNNING', '2026-01-01T00:00:01Z'], ['SUCCESS', '2026-01-01T00:00:09Z']),
    taskRunList: [{ id: 'r', taskId: 'a', state: state(['CREATED', '2026-01-01T00:00:01Z'], ['SUCCESS', '2026-01-01T00:00:08Z']), attempts: [{ state: state(['RUNNING', '2026-01-01T00:00:02Z'], ['FAILED', '2026-01-01T00:00:03Z']) }, { state: state(['RUNNING', '2026-01-01T00:00:04Z'], ['SUCCESS', '2026-01-01T00:00:08Z']) }] }],
  });
  expect(entries.map((one) => `${one.taskId}${one.attempt ? `#${one.attempt}` : ''} ${one.from}>${one.to}`)).toEqual([' >CREATED', ' CREATED>RUNNING', 'a >CREATED', 'a#1 RUNNING>FAILED', 'a CREATED>SUCCESS', ' RUNNING>SUCCESS']);
});
