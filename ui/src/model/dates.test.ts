import { describe, expect, it } from 'vitest';
import { fullDate, shortDate } from './dates';

const at = Date.parse('2024-09-30T10:44:34Z');
// UI-900
describe('dates in the format that somebody chose', () => {
  it.each([
    ['iso', '2024-09-30T12:44:34+02:00'], ['plain', '2024-09-30 12:44:34'], ['slash', '30/09/2024 12:44:34'], ['short', 'Sep 30, 2024 12:44 PM'],
    ['medium', 'Mon, Sep 30, 2024 12:44 PM'], ['long', 'September 30, 2024 12:44 PM'], ['full', 'Monday, September 30, 2024 12:44 PM'],
  ] as const)('%s', (format, text) => expect(fullDate(at, { zone: 'Europe/Berlin', format }).replaceAll('\u202f', ' ')).toBe(text));
  it('is used for days other than today', () => {
    expect(shortDate(at, at + 1000, { zone: 'UTC', format: 'plain' })).toBe('10:44:34');
    expect(shortDate(at, at + 172_800_000, { zone: 'UTC', format: 'plain' })).toBe('2024-09-30 10:44:34');
    expect(fullDate(at, { zone: 'UTC', format: 'iso' })).toBe('2024-09-30T10:44:34+00:00');
  });
});
