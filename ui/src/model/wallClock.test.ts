import { describe, expect, it } from 'vitest';
import { fromWall, toWall } from './wallClock';

// UI-901
describe('the wall clock of a zone', () => {
  it('goes there and back', () => {
    for (const zone of ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia']) {
      for (const at of ['2026-11-22T14:05:09Z', '2026-07-01T00:00:00Z', '1999-12-31T23:59:59Z'].map(Date.parse)) expect(fromWall(toWall(at, zone), zone)).toBe(at);
    }
    expect(toWall(Date.parse('2026-11-22T14:05:00Z'), 'America/New_York')).toBe('2026-11-22T09:05:00');
  });
  it('takes the first of an hour that is there twice, and the next one for an hour that is left out', () => {
    expect(new Date(fromWall('2026-10-25T02:30', 'Europe/Berlin')).toISOString()).toBe('2026-10-25T00:30:00.000Z');
    expect(new Date(fromWall('2026-03-29T02:30', 'Europe/Berlin')).toISOString()).toBe('2026-03-29T01:30:00.000Z');
  });
  it('says what is not a date', () => {
    expect(fromWall('tomorrow', 'UTC')).toBeNaN();
    expect(toWall(NaN, 'UTC')).toBe('');
  });
});
