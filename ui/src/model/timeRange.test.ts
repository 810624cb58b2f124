import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration';
import { toPairs } from './filters';
import { SPANS, withMoments, withoutTime, withSpan } from './timeRange';

// UI-126
describe('the time of a list', () => {
  const state = { field: 'state', operator: 'IN' as const, values: ['FAILED'] };
  it('offers spans from five minutes to a year', () => expect(SPANS.map((span) => (parseDuration(span) ?? 0) / 60_000)).toEqual([5, 15, 60, 720, 1440, 2880, 10_080, 43_200, 525_600]));
  it('is one of them, two moments, or nothing; the other filters stay', () => {
    const hour = withSpan([state], 'PT1H');
    expect(toPairs(withSpan(hour, 'P7D'))).toEqual([['filters[timeRange][EQUALS]', 'P7D'], ['filters[state][IN]', 'FAILED']]);
    const moments = withMoments(hour, Date.UTC(2026, 0, 1), NaN);
    expect(toPairs(moments)).toEqual([['filters[startDate][GREATER_THAN_OR_EQUAL_TO]', '2026-01-01T00:00:00.000Z'], ['filters[state][IN]', 'FAILED']]);
    expect(withoutTime(moments)).toEqual([state]);
  });
});
