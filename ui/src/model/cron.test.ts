import { describe, expect, it, vi } from 'vitest';
import { cronWords, nextDates, parseCron } from './cron';

const iso = (dates: number[]): string[] => dates.map((at) => new Date(at).toISOString());
const from = Date.parse('2026-11-22T08:20:00Z');

describe('cron', () => {
  // UI-820, UI-821
  it('finds the next dates in UTC', () => {
    expect(iso(nextDates('0 */6 * * *', 'UTC', from, 3))).toEqual(['2026-11-22T12:00:00.000Z', '2026-11-22T18:00:00.000Z', '2026-11-23T00:00:00.000Z']);
    expect(iso(nextDates('@hourly', 'UTC', from, 1))).toEqual(['2026-11-22T09:00:00.000Z']);
    expect(iso(nextDates('30 2 29 2 *', 'UTC', from, 1))).toEqual(['2028-02-29T02:30:00.000Z']);
    expect(iso(nextDates('*/20 0 9 * * mon-fri', 'UTC', from, 2))).toEqual(['2026-11-23T09:00:00.000Z', '2026-11-23T09:00:20.000Z']);
  });
  it('takes a day of the month or a day of the week where both are given', () => {
    expect(iso(nextDates('0 0 1 * 0', 'UTC', from, 3))).toEqual(['2026-11-29T00:00:00.000Z', '2026-12-01T00:00:00.000Z', '2026-12-06T00:00:00.000Z']);
  });
  it('follows the wall clock of the zone over its changes', () => {
    const march = Date.parse('2026-03-28T00:00:00Z');
    expect(iso(nextDates('30 2 * * *', 'Europe/Berlin', march, 3))).toEqual(['2026-03-28T01:30:00.000Z', '2026-03-30T00:30:00.000Z', '2026-03-31T00:30:00.000Z']);
    expect(iso(nextDates('0 22 * * 2', 'Europe/Berlin', from, 1))).toEqual(['2026-11-24T21:00:00.000Z']);
  });
  it('asks a zone once for a quarter of an hour, not for each second', () => {
    const asked = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
    const late = Date.parse('2026-11-22T22:00:00Z');
    expect(nextDates('* * * * * *', 'Europe/Berlin', late, 10_000)).toEqual(Array.from({ length: 10_000 }, (_, i) => late + (i + 1) * 1000));
    expect(asked.mock.calls.length).toBeLessThan(200);
    asked.mockRestore();
  });
  it('stops at a date', () => expect(nextDates('0 * * * *', 'UTC', from, 100, from + 3 * 3_600_000)).toHaveLength(3));
  it.each(['', '* * *', '61 * * * *', '* * * * * * *', 'a b c d e', '*/0 * * * *', '5-1 * * * *'])('refuses %s', (text) => {
    expect(parseCron(text)).toBeUndefined();
    expect(nextDates(text, 'UTC', from, 1)).toEqual([]);
  });
  it('refuses a zone that nobody knows', () => expect(nextDates('0 * * * *', 'Mars/Olympus', from, 1)).toEqual([]));
  it.each([
    ['*/30 * * * *', { key: 'minutes', count: 30 }],
    ['* * * * *', { key: 'minutes', count: 1 }],
    ['0 */6 * * *', { key: 'hours', count: 6 }],
    ['0 * * * *', { key: 'hours', count: 1 }],
    ['5 * * * *', { key: 'hourly', time: ':05' }],
    ['0 2 * * *', { key: 'daily', time: '02:00' }],
    ['0 22 * * 2', { key: 'weekly', time: '22:00', weekdays: [2] }],
    ['0 9 * * mon-fri', { key: 'weekly', time: '09:00', weekdays: [1, 2, 3, 4, 5] }],
    ['15 4 1 * *', { key: 'monthly', time: '04:15', day: 1 }],
    ['0 0 1 1 *', undefined],
    ['1,7 3 * * *', undefined],
  ])('%s in words', (text, words) => expect(cronWords(text)).toEqual(words));
});
