import { describe, expect, it } from 'vitest';
import { buckets, labelled, niceTicks } from './scales';

describe('charts', () => {
  it.each([[57, 4, [0, 20, 40, 60]], [3, 4, [0, 1, 2, 3]], [0, 4, [0]], [1, 4, [0, 1]], [1280, 4, [0, 500, 1000, 1500]]])('%d in %d ticks', (most, count, ticks) => expect(niceTicks(most, count)).toEqual(ticks));
  // UI-206
  it('makes buckets of rows, each until the next', () => {
    const rows = [{ d: '2026-01-01T01:00:00Z', s: 'A', n: 2 }, { d: '2026-01-01T00:00:00Z', s: 'A', n: 0 }, { d: '2026-01-01T01:00:00Z', s: 'B', n: 1 }, { d: 'x', s: 'B', n: 1 }];
    const hour = Date.parse('2026-01-01T01:00:00Z');
    expect(buckets(rows, 'd', 's', 'n', hour + 5)).toEqual([{ start: hour - 3_600_000, end: hour, counts: {} }, { start: hour, end: hour + 5, counts: { A: 2, B: 1 } }]);
  });
  it('labels some of many', () => expect([labelled(25, 6), labelled(3, 6)]).toEqual([[0, 5, 10, 15, 20], [0, 1, 2]]));
});
