// What a trigger is in a few facts, from its definition and its state. Pure.
export interface Definition { id?: unknown; type?: unknown; cron?: unknown; timezone?: unknown; interval?: unknown; disabled?: unknown; recoverMissedSchedules?: unknown; key?: unknown }
export interface StateOfTrigger { disabled: boolean; locked: boolean; nextExecutionDate?: string | undefined; nextEvaluationDate?: string | undefined; executionId?: string | undefined; backfill?: { paused: boolean } | undefined }
export type Kind = 'schedule' | 'webhook' | 'flow' | 'stream' | 'poll' | 'lost';

export function kindOf(definition: Definition | undefined): Kind {
  const type = String(definition?.type ?? '');
  if (definition === undefined || type === '') return 'lost';
  if (/\.Schedule$|\.ScheduleOnDates$/.test(type)) return 'schedule';
  if (type.endsWith('.Webhook')) return 'webhook';
  if (type.endsWith('.trigger.Flow')) return 'flow';
  if (type.endsWith('RealtimeTrigger')) return 'stream';
  return 'poll';
}

export type Health = 'lost' | 'offSource' | 'off' | 'overdue' | 'locked' | 'backfillPaused' | 'backfill' | 'running' | 'ok';
const late = 120_000;

// Overdue: the next evaluation lies more than two minutes back, and nothing that it waits for is known (UI-823).
export function healthOf(definition: Definition | undefined, state: StateOfTrigger, now: number): Health {
  const kind = kindOf(definition);
  if (kind === 'lost') return 'lost';
  if (definition?.disabled === true) return 'offSource';
  if (state.disabled) return 'off';
  if (state.backfill) return state.backfill.paused ? 'backfillPaused' : 'backfill';
  if (state.executionId !== undefined) return 'running';
  if (state.locked) return 'locked';
  const next = Date.parse(state.nextEvaluationDate ?? state.nextExecutionDate ?? '');
  return ['schedule', 'poll'].includes(kind) && Number.isFinite(next) && next < now - late ? 'overdue' : 'ok';
}

export function progressOf(backfill: { start: string; end: string; currentDate: string }): number {
  const [start, end, at] = [Date.parse(backfill.start), Date.parse(backfill.end), Date.parse(backfill.currentDate)];
  return end > start ? Math.min(1, Math.max(0, (at - start) / (end - start))) : 1;
}
