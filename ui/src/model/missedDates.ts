// Which dates a schedule missed while it was off (UI-822).
import { nextDates } from './cron';
import { kindOf, type Definition, type StateOfTrigger } from './triggers';

export const policies = ['NONE', 'LAST', 'ALL'] as const;
export type Policy = (typeof policies)[number];
// `count` is missing where the dates are not those of a cron expression; `more`: there are more than were counted.
export interface Missed { first: number; count?: number; more?: boolean; policy: Policy }

const most = 1000;

// Nothing where it missed none: then nobody needs to be asked.
export function missedDates(definition: Definition | undefined, state: StateOfTrigger, now: number): Missed | undefined {
  if (!state.disabled || state.backfill || state.nextEvaluationDate === undefined || definition === undefined || kindOf(definition) !== 'schedule') return undefined;
  const first = Date.parse(state.nextEvaluationDate);
  if (!(first < now)) return undefined;
  const own = policies.find((policy) => policy === definition.recoverMissedSchedules) ?? 'ALL';
  if (typeof definition.cron !== 'string') return { first, policy: own };
  const count = nextDates(definition.cron, String(definition.timezone ?? 'UTC'), first - 1, most, now).length;
  return count === 0 ? { first, policy: own } : { first, count, more: count === most, policy: own };
}
