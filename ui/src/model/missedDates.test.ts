import { describe, expect, it } from 'vitest';
import { missedDates } from './missedDates';

const schedule = { id: 's', type: 'io.kestra.plugin.core.trigger.Schedule', cron: '0 * * * *', timezone: 'UTC' };
const off = { disabled: true, locked: false, nextEvaluationDate: '2026-01-01T09:00:00Z' };
const at = (text: string): number => Date.parse(text);

describe('the dates that a schedule missed while it was off (UI-822)', () => {
  it('counts them, and proposes the policy of the trigger', () => {
    expect(missedDates(schedule, off, at('2026-01-01T11:30:00Z'))).toEqual({ first: at('2026-01-01T09:00:00Z'), count: 3, more: false, policy: 'ALL' });
    expect(missedDates({ ...schedule, recoverMissedSchedules: 'LAST' }, off, at('2026-01-01T09:30:00Z'))).toMatchObject({ count: 1, policy: 'LAST' });
    expect(missedDates({ ...schedule, recoverMissedSchedules: 'nonsense' }, off, at('2026-01-01T09:30:00Z'))?.policy).toBe('ALL');
  });
  it('asks nobody where nothing was missed', () => {
    expect(missedDates(schedule, off, at('2026-01-01T08:59:00Z'))).toBeUndefined();
    expect(missedDates(schedule, { ...off, disabled: false }, at('2026-01-02T00:00:00Z'))).toBeUndefined();
    expect(missedDates(schedule, { ...off, backfill: { paused: true } }, at('2026-01-02T00:00:00Z'))).toBeUndefined();
    expect(missedDates({ ...schedule, type: 'io.kestra.plugin.core.http.Trigger' }, off, at('2026-01-02T00:00:00Z'))).toBeUndefined();
    expect(missedDates(undefined, off, at('2026-01-02T00:00:00Z'))).toBeUndefined();
  });
  it('does not count what it cannot compute, nor more than a thousand', () => {
    expect(missedDates({ id: 'd', type: 'io.kestra.plugin.core.trigger.ScheduleOnDates' }, off, at('2026-01-02T00:00:00Z'))).toEqual({ first: at('2026-01-01T09:00:00Z'), policy: 'ALL' });
    expect(missedDates({ ...schedule, cron: 'garbage' }, off, at('2026-01-02T00:00:00Z'))).toEqual({ first: at('2026-01-01T09:00:00Z'), policy: 'ALL' });
    expect(missedDates({ ...schedule, cron: '* * * * *' }, off, at('2026-01-05T00:00:00Z'))).toMatchObject({ count: 1000, more: true });
  });
});
