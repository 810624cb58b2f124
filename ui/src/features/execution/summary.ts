// How an execution goes, in one sentence and as shares of its task runs.
import { t } from '@/kit/i18n';
import type { Run } from '@/model/runs';
import { isTerminal } from '@/model/state';

// What is known of the task runs: how many are in each state, and those that matter most.
export interface Summary { counts: Record<string, number>; runs: Run[] }

export const leaves = (runs: readonly Run[]): Run[] => {
  const parents = new Set(runs.map((run) => run.parentTaskRunId));
  return runs.filter((run) => !parents.has(run.id));
};

const order = ['SUCCESS', 'SKIPPED', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED', 'RUNNING', 'RETRYING', 'PAUSED', 'QUEUED', 'SUBMITTED', 'CREATED'];

export function summaryOf(runs: readonly Run[]): Summary {
  const found = leaves(runs);
  const counts: Record<string, number> = {};
  for (const run of found) counts[run.state.current] = (counts[run.state.current] ?? 0) + 1;
  return { counts, runs: found };
}
export const shares = ({ counts }: Summary): { state: string; count: number }[] =>
  Object.entries(counts).map(([state, count]) => ({ state, count })).sort((left, right) => order.indexOf(left.state) - order.indexOf(right.state));

const names = (runs: readonly Run[]): string => {
  const shown = [...new Set(runs.map((run) => run.taskId))];
  return shown.length > 3 ? `${shown.slice(0, 3).join(', ')} +${shown.length - 3}` : shown.join(', ');
};

export function sentence(state: string, { counts, runs }: Summary): string {
  const sum = (of: (name: string) => boolean): number => Object.entries(counts).reduce((total, [name, count]) => total + (of(name) ? count : 0), 0);
  const total = sum(() => true);
  const done = sum(isTerminal);
  const inState = (...states: string[]): Run[] => runs.filter((run) => states.includes(run.state.current));
  switch (state) {
    case 'RUNNING': {
      const now = inState('RUNNING', 'RETRYING', 'SUBMITTED');
      return now.length > 0 ? t('execution.say.running', { tasks: names(now), done, total }) : t('execution.say.between', { done });
    }
    case 'PAUSED':
      return t('execution.say.paused', { tasks: names(inState('PAUSED')) || '–' });
    case 'FAILED':
      return t('execution.say.failed', { tasks: names(inState('FAILED')) || '–', done, total });
    case 'SUCCESS':
      return t('execution.say.success', { count: total });
    case 'WARNING':
      return t('execution.say.warning', { count: sum((name) => name === 'WARNING' || name === 'FAILED') });
    case 'QUEUED':
      return t('execution.say.queued');
    case 'CREATED':
      return t('execution.say.created');
    case 'KILLING':
      return t('execution.say.killing');
    case 'KILLED':
      return t('execution.say.killed', { done });
    default:
      return '';
  }
}
