import { describe, expect, it } from 'vitest';
import { healthOf, kindOf, progressOf } from './triggers';

const now = Date.parse('2026-11-22T08:00:00Z');
const schedule = { id: 'a', type: 'io.kestra.plugin.core.trigger.Schedule', cron: '0 * * * *' };
const state = { disabled: false, locked: false, nextEvaluationDate: '2026-11-22T09:00:00Z' };

describe('triggers', () => {
  it.each([['core.trigger.Schedule', 'schedule'], ['core.trigger.Webhook', 'webhook'], ['core.trigger.Flow', 'flow'], ['kafka.RealtimeTrigger', 'stream'], ['jdbc.Trigger', 'poll'], ['', 'lost']])('%s is of the kind %s', (type, kind) => expect(kindOf({ type })).toBe(kind));
  // UI-823
  it('says what is wrong first', () => {
    expect(healthOf(undefined, state, now)).toBe('lost');
    expect(healthOf({ ...schedule, disabled: true }, { ...state, disabled: true }, now)).toBe('offSource');
    expect(healthOf(schedule, { ...state, disabled: true }, now)).toBe('off');
    expect(healthOf(schedule, { ...state, backfill: { paused: true } }, now)).toBe('backfillPaused');
    expect(healthOf(schedule, { ...state, executionId: 'x', nextEvaluationDate: '2026-11-22T01:00:00Z' }, now)).toBe('running');
    expect(healthOf(schedule, { ...state, nextEvaluationDate: '2026-11-22T07:50:00Z' }, now)).toBe('overdue');
    expect(healthOf(schedule, { ...state, nextEvaluationDate: '2026-11-22T07:59:30Z' }, now)).toBe('ok');
    expect(healthOf({ type: 'core.trigger.Webhook' }, { disabled: false, locked: false }, now)).toBe('ok');
  });
  it('knows how far a backfill is', () => {
    const span = { start: '2026-11-20T00:00:00Z', end: '2026-11-22T00:00:00Z' };
    expect(progressOf({ ...span, currentDate: '2026-11-21T00:00:00Z' })).toBe(0.5);
    expect(progressOf({ ...span, currentDate: '2026-11-30T00:00:00Z' })).toBe(1);
    expect(progressOf({ start: span.end, end: span.end, currentDate: span.end })).toBe(1);
  });
});
