// Cron expressions of five fields, or six with seconds first: their next dates in a zone, and the common ones in words. Pure.
// What is not understood gives no date: then only the server's own next date is shown.
const shorthands: Record<string, string> = { '@yearly': '0 0 1 1 *', '@annually': '0 0 1 1 *', '@monthly': '0 0 1 * *', '@weekly': '0 0 * * 0', '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@hourly': '0 * * * *' };
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

export interface Cron { seconds: number[]; minutes: number[]; hours: number[]; days: number[]; months: number[]; weekdays: number[]; anyDay: boolean; anyWeekday: boolean }

function numbers(text: string, low: number, high: number, names: readonly string[] = [], base = 0): number[] | undefined {
  const found = new Set<number>();
  const one = (part: string): number => {
    const at = names.indexOf(part.toLowerCase());
    return at >= 0 ? at + base : /^\d+$/.test(part) ? Number(part) : NaN;
  };
  for (const item of text.split(',')) {
    const [range = '', step = '1'] = item.split('/');
    const size = Number(step);
    const [left = '', right] = range.split('-');
    const from = range === '*' || range === '?' ? low : one(left);
    const to = range === '*' || range === '?' ? high : right !== undefined ? one(right) : item.includes('/') ? high : from;
    if (!(Number.isInteger(size) && size > 0 && from >= low && to <= high && from <= to)) return undefined;
    for (let value = from; value <= to; value += size) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

export function parseCron(text: string): Cron | undefined {
  const parts = (shorthands[text.trim().toLowerCase()] ?? text).trim().split(/\s+/);
  if (parts.length === 5) parts.unshift('0');
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = ''] = parts;
  if (parts.length !== 6) return undefined;
  const fields = [numbers(second, 0, 59), numbers(minute, 0, 59), numbers(hour, 0, 23), numbers(day, 1, 31), numbers(month, 1, 12, months, 1), numbers(weekday, 0, 7, days)];
  const [seconds, minutes, hours, monthDays, yearMonths, weekdays] = fields;
  if (!seconds || !minutes || !hours || !monthDays || !yearMonths || !weekdays) return undefined;
  const any = (value: string): boolean => value === '*' || value === '?';
  return { seconds, minutes, hours, days: monthDays, months: yearMonths, weekdays: [...new Set(weekdays.map((one) => one % 7))], anyDay: any(day), anyWeekday: any(weekday) };
}

// The difference between the wall clock of a zone and UTC at a moment, in milliseconds.
function offsetAt(at: number, format: Intl.DateTimeFormat): number {
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'] ?? 1, part['hour'] ?? 0, part['minute'] ?? 0, part['second'] ?? 0) - Math.floor(at / 1000) * 1000;
}

// The same at many moments: zones change at a quarter of an hour, so that one question serves each quarter.
const quarter = 900_000;
function offsetsOf(format: Intl.DateTimeFormat): (at: number) => number {
  const known = new Map<number, number>();
  return (at) => {
    const begin = Math.floor(at / quarter) * quarter;
    const offset = known.get(begin) ?? offsetAt(begin, format);
    known.set(begin, offset);
    return offset;
  };
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  } catch {
    return undefined; // a zone that this browser does not know
  }
}

const day = 86_400_000;
const longest = 366 * 8;

function matches(cron: Cron, date: Date): boolean {
  if (!cron.months.includes(date.getUTCMonth() + 1)) return false;
  const onDay = cron.days.includes(date.getUTCDate());
  const onWeekday = cron.weekdays.includes(date.getUTCDay());
  return cron.anyDay || cron.anyWeekday ? onDay && onWeekday : onDay || onWeekday;
}

// The dates after `from`, at most `most`, none later than `until`. A wall clock time that a zone leaves out gives no date.
export function nextDates(text: string, zone: string, from: number, most: number, until = Infinity): number[] {
  const cron = parseCron(text);
  const format = formatOf(zone);
  if (!cron || !format) return [];
  const found: number[] = [];
  const offset = offsetsOf(format);
  const begin = Math.floor((from + offset(from)) / day) * day;
  for (let i = 0; i < longest; i++) {
    const midnight = begin + i * day;
    if (midnight - day > until) break;
    if (!matches(cron, new Date(midnight))) continue;
    for (const hour of cron.hours) for (const minute of cron.minutes) for (const second of cron.seconds) {
      const wall = midnight + ((hour * 60 + minute) * 60 + second) * 1000;
      const at = wall - offset(wall - offset(wall));
      if (at <= from || at + offset(at) !== wall) continue;
      if (at > until || found.length >= most) return found;
      found.push(at);
    }
  }
  return found;
}

export type CronWords = { key: 'minutes' | 'hours' | 'hourly' | 'daily' | 'weekly' | 'monthly'; count?: number; time?: string; weekdays?: number[]; day?: number };
const two = (value: number): string => String(value).padStart(2, '0');
const single = (values: readonly number[]): number | undefined => (values.length === 1 ? values[0] : undefined);

function step(values: readonly number[], size: number): number | undefined {
  const by = (values[1] ?? size) - (values[0] ?? 0);
  return values[0] === 0 && size % by === 0 && values.length === size / by && values.every((value, i) => value === i * by) ? by : undefined;
}

// The common forms as words; others are shown as they are written.
export function cronWords(text: string): CronWords | undefined {
  const cron = parseCron(text);
  if (!cron || single(cron.seconds) !== 0 || cron.months.length !== 12) return undefined;
  const minute = single(cron.minutes);
  const hour = single(cron.hours);
  if (cron.anyDay && cron.anyWeekday) {
    if (minute === undefined) return cron.hours.length === 24 && step(cron.minutes, 60) !== undefined ? { key: 'minutes', count: step(cron.minutes, 60) ?? 1 } : undefined;
    if (cron.hours.length === 24) return minute === 0 ? { key: 'hours', count: 1 } : { key: 'hourly', time: `:${two(minute)}` };
    if (hour === undefined) return minute === 0 && step(cron.hours, 24) !== undefined ? { key: 'hours', count: step(cron.hours, 24) ?? 1 } : undefined;
    return { key: 'daily', time: `${two(hour)}:${two(minute)}` };
  }
  if (minute === undefined || hour === undefined) return undefined;
  const time = `${two(hour)}:${two(minute)}`;
  if (cron.anyDay) return { key: 'weekly', time, weekdays: cron.weekdays };
  const date = single(cron.days);
  return cron.anyWeekday && date !== undefined ? { key: 'monthly', time, day: date } : undefined;
}
