// States of executions and task runs: their names, families, flags, and which action each allows (UI-620, UI-621). Pure.
export const STATES = [
  'CREATED', 'SUBMITTED', 'QUEUED', 'RESTARTED', 'RUNNING', 'RETRYING', 'KILLING', 'PAUSED',
  'BREAKPOINT', 'SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED', 'SKIPPED', 'RETRIED',
] as const;
export type State = (typeof STATES)[number];

export const FAMILIES = ['success', 'failed', 'warning', 'running', 'paused', 'queued', 'killed', 'other'] as const;
export type Family = (typeof FAMILIES)[number];

const families: Record<State, Family> = {
  CREATED: 'other', SUBMITTED: 'queued', QUEUED: 'queued', RESTARTED: 'running', RUNNING: 'running', RETRYING: 'running',
  KILLING: 'killed', PAUSED: 'paused', BREAKPOINT: 'paused', SUCCESS: 'success', WARNING: 'warning', FAILED: 'failed',
  KILLED: 'killed', CANCELLED: 'other', SKIPPED: 'other', RETRIED: 'other',
};
const terminal: readonly State[] = ['SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED', 'SKIPPED', 'RETRIED'];
const running: readonly State[] = ['CREATED', 'RUNNING', 'KILLING', 'PAUSED'];
const killable: readonly State[] = ['CREATED', 'RESTARTED', 'RUNNING', 'PAUSED', 'QUEUED', 'RETRYING'];
const restartable: readonly State[] = ['FAILED', 'WARNING', 'KILLED', 'CANCELLED'];

// A state that a newer server knows and this page does not is shown like CREATED, under its own name.
export const known = (name: string): State => (STATES.includes(name as State) ? (name as State) : 'CREATED');
export const familyOf = (name: string): Family => families[known(name)];
export const statesOf = (family: string): State[] => STATES.filter((name) => families[name] === family);
export const isTerminal = (name: string): boolean => terminal.includes(name as State);
export const isLive = (name: string): boolean => ['RUNNING', 'KILLING', 'RETRYING'].includes(name);
export const token = (name: string): string => known(name).toLowerCase();

export type Action = 'pause' | 'resume' | 'kill' | 'restart' | 'replay';

export function allows(state: string, action: Action): boolean {
  const name = known(state);
  switch (action) {
    case 'pause':
      return running.includes(name) && name !== 'PAUSED' && name !== 'KILLING';
    case 'resume':
      return name === 'PAUSED';
    case 'kill':
      return killable.includes(name);
    case 'restart':
      return restartable.includes(name);
    case 'replay':
      return terminal.includes(name);
  }
}
