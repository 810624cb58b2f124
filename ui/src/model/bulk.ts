// Which bulk action each state of an execution allows (UI-593, UI-621). Pure.
import { isTerminal, allows, known } from './state';

export const BULK_ACTIONS = ['restart', 'replay', 'kill', 'resume', 'pause', 'unqueue', 'force-run', 'change-status', 'labels', 'delete'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

export function bulkAllows(state: string, action: BulkAction, includeNonTerminated = false): boolean {
  const name = known(state);
  switch (action) {
    case 'restart':
    case 'replay':
    case 'kill':
    case 'resume':
    case 'pause':
      return allows(state, action);
    case 'unqueue':
      return name === 'QUEUED';
    case 'force-run':
      return !isTerminal(name) && name !== 'KILLING' && name !== 'BREAKPOINT';
    case 'change-status':
      return isTerminal(name);
    case 'labels':
      return isTerminal(name);
    case 'delete':
      return includeNonTerminated || isTerminal(name);
  }
}

export const TARGET_STATES = ['FAILED', 'SUCCESS', 'WARNING', 'CANCELLED'] as const;
// To which states an execution can be changed by a person.
export const targetsOf = (state: string): readonly string[] => (known(state) === 'PAUSED' ? ['FAILED', 'RUNNING', 'CANCELLED'] : isTerminal(state) ? TARGET_STATES.filter((one) => one !== state) : []);

// To which states a task run can be changed (UI-623).
export function runTargets(run: string, execution: string): readonly string[] {
  if (known(run) === 'PAUSED') return ['FAILED', 'RUNNING'];
  return isTerminal(execution) ? ['FAILED', 'SUCCESS', 'WARNING', 'RUNNING'].filter((one) => one !== run) : [];
}
