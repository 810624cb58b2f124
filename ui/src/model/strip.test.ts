import { describe, expect, it } from 'vitest';
import type { Filter } from './filters';
import { bars, between, rangeOf } from './strip';

const hour = 3_600_000;
const noon = Date.parse('2026-07-01T12:00:00Z');
const at = (hours: number): string => new Date(noon + hours * hour).toISOString();
const bucket = (hours: number, byState: Record<string, number>) => ({ start: at(hours), end: at(hours + 1), byState });

// UI-591
describe('the strip of time', () => {
  it('has the empty buckets too, from the begin of the filters to now', () => {
    const range = rangeOf([{ field: 'timeRange', operator: 'EQUALS', values: ['PT6H'] }], noon + hour / 2);
    const found = bars([bucket(-3, { SUCCESS: 2, FAILED: 1 }), bucket(-1, { FAILED: 4 })], range, []);
    expect(found.map((one) => one.start)).toEqual([-6, -5, -4, -3, -2, -1, 0].map((hours) => noon + hours * hour));
    expect(found[3]?.counts).toEqual({ SUCCESS: 2, FAILED: 1 });
    expect(found[4]?.counts).toEqual({});
    expect(bars([bucket(-3, { SUCCESS: 2, FAILED: 1 })], range, ['FAILED'])[3]?.counts).toEqual({ FAILED: 1 });
  });
  it('joins short buckets, so that it covers the whole time and is never endless', () => {
    const short = bars([bucket(-2, { SUCCESS: 1 }), bucket(-1, { SUCCESS: 2, FAILED: 1 })], rangeOf([{ field: 'timeRange', operator: 'EQUALS', values: ['P30D'] }], noon), []);
    expect(short.length).toBeGreaterThan(100);
    expect(short.length).toBeLessThanOrEqual(121);
    expect(short[short.length - 1]?.counts).toEqual({ SUCCESS: 3, FAILED: 1 });
    expect(bars([bucket(-2, { SUCCESS: 1 })], rangeOf([], noon), [])).toHaveLength(30);
    expect(bars([bucket(-9_999, { SUCCESS: 1 })], { start: undefined, end: noon }, []).length).toBeLessThanOrEqual(121);
    expect(bars([], rangeOf([], noon), [])).toEqual([]);
    expect(bars([{ start: 'x', end: 'y', byState: {} }], rangeOf([], noon), [])).toEqual([]);
  });
  it('puts the chosen time in place of the one before', () => {
    const before: Filter[] = [{ field: 'timeRange', operator: 'EQUALS', values: ['P30D'] }, { field: 'state', operator: 'IN', values: ['FAILED'] }];
    const after = between(before, noon, noon + hour);
    expect(after.map((filter) => filter.field)).toEqual(['state', 'startDate', 'startDate']);
    expect(rangeOf(after, noon + 9 * hour)).toEqual({ start: noon, end: noon + hour });
  });
});
