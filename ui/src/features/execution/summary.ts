// How an execution goes, in one sentence and as shares of its task runs.
import { t } from '@/kit/i18n';
import type { Run } from '@/model/runs';
import { isTerminal } from '@/model/state';

interface Summarized { state: { current: string }; taskRunList?: Run[] }

export const leaves = (runs: readonly Run[]): Run[] => {
  const parents = new Set(runs.map((run) => run.parentTaskRunId));
  return runs.filter((run) => !parents.has(run.id));
};

const order = ['SUCCESS', 'SKIPPED', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED', 'RUNNING', 'RETRYING', 'PAUSED', 'QUEUED', 'SUBMITTED', 'CREATED'];

export function leavesByState(runs: readonly Run[]): { state: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const run of leaves(runs)) counts.set(run.state.current, (counts.get(run.state.current) ?? 0) + 1);
  return [...counts].map(([state, count]) => ({ state, count })).sort((left, right) => order.indexOf(left.state) - order.indexOf(right.state));
}

const names = (runs: readonly Run[]): string => {
  const shown = [...new Set(runs.map((run) => run.taskId))];
  return shown.length > 3 ? `${shown.slice(0, 3).join(', ')} +${shown.length - 3}` : shown.join(', ');
};

export function sentence(execution: Summarized): string {
  const runs = leaves(execution.taskRunList ?? []);
  const done = runs.filter((run) => isTerminal(run.state.current)).length;
  const inState = (...states: string[]): Run[] => runs.filter((run) => states.includes(run.state.current));
  switch (execution.state.current) {
    case 'RUNNING': {
      const now = inState('RUNNING', 'RETRYING', 'SUBMITTED');
      return now.length > 0 ? t('execution.say.running', { tasks: names(now), done, total: runs.length }) : t('execution.say.between', { done });
    }
    case 'PAUSED':
      return t('execution.say.paused', { tasks: names(inState('PAUSED')) || '–' });
    case 'FAILED':
      return t('execution.say.failed', { tasks: names(inState('FAILED')) || '–', done, total: runs.length });
    case 'SUCCESS':
      return t('execution.say.success', { count: runs.length });
    case 'WARNING':
      return t('execution.say.warning', { count: inState('WARNING', 'FAILED').length });
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
