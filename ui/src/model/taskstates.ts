// The state of each task of an execution from its task runs, for a graph. Pure.
import type { Run } from './runs';
import { isTerminal } from './state';

export interface TaskState { state: string; runs: number; done: number; failed: number; start: number; end: number | undefined; last: Run }
const order = ['FAILED', 'KILLING', 'KILLED', 'RUNNING', 'RETRYING', 'PAUSED', 'BREAKPOINT', 'QUEUED', 'SUBMITTED', 'CREATED', 'WARNING', 'CANCELLED', 'SUCCESS', 'SKIPPED'];

export function taskStates(runs: readonly Run[]): Map<string, TaskState> {
  const found = new Map<string, TaskState>();
  for (const run of runs) {
    const state = run.state.current;
    const end = isTerminal(state) && run.state.endDate !== undefined ? Date.parse(run.state.endDate) : undefined;
    const start = Date.parse(run.state.startDate);
    const had = found.get(run.taskId);
    if (had === undefined) {
      found.set(run.taskId, { state, runs: 1, done: Number(isTerminal(state)), failed: Number(state === 'FAILED'), start, end, last: run });
      continue;
    }
    had.runs++;
    had.done += Number(isTerminal(state));
    had.failed += Number(state === 'FAILED');
    had.start = Math.min(had.start, start);
    had.end = had.end === undefined || end === undefined ? undefined : Math.max(had.end, end);
    if (order.indexOf(state) < order.indexOf(had.state)) {
      had.state = state;
      had.last = run;
    }
  }
  return found;
}
