// Dates for people: absolute in the reader's language and zone, short for today, relative for what is near. Pure: `now` is given.
export const DATE_FORMATS = ['', 'iso', 'plain', 'slash', 'short', 'medium', 'long', 'full'] as const; // the first: as the language of the browser has it
export type DateFormat = (typeof DATE_FORMATS)[number];
export interface DateStyle { language?: string | undefined; zone?: string | undefined; format?: DateFormat | undefined }

const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, style: DateStyle, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${name} ${style.language ?? ''} ${style.zone ?? ''}`;
  const had = formats.get(key);
  if (had) return had;
  const made = new Intl.DateTimeFormat(style.language, { ...options, ...(style.zone ? { timeZone: style.zone } : {}) });
  formats.set(key, made);
  return made;
}

const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
const dayOf = (at: number, style: DateStyle): string =>
  format('key', { ...style, language: 'en-CA' }, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

export const clockTime = (at: number, style: DateStyle = {}): string => format('clock', style, clock).format(at);

export const clockMillis = (at: number, style: DateStyle = {}): string =>
  `${clockTime(at, style)}.${String(Math.floor(((at % 1000) + 1000) % 1000)).padStart(3, '0')}`;

const numeric: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit', ...clock, timeZoneName: 'longOffset' };
const words: Record<string, Intl.DateTimeFormatOptions> = {
  short: { month: 'short', day: 'numeric', year: 'numeric' }, medium: { weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' },
  long: { month: 'long', day: 'numeric', year: 'numeric' }, full: { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' },
};

// The formats of UI-900.
function inFormat(at: number, style: DateStyle, name: DateFormat): string {
  const look = words[name];
  if (look) return `${format(`${name} date`, { ...style, language: 'en-US' }, look).format(at)} ${format('12 h', { ...style, language: 'en-US' }, { hour: 'numeric', minute: '2-digit', hour12: true }).format(at)}`;
  const part = Object.fromEntries(format('numbers', { ...style, language: 'en-US' }, numeric).formatToParts(at).map(({ type, value }) => [type, value]));
  const time = `${part['hour']}:${part['minute']}:${part['second']}`;
  const offset = (part['timeZoneName'] ?? '').replace(/^GMT/, '') || '+00:00';
  if (name === 'slash') return `${part['day']}/${part['month']}/${part['year']} ${time}`;
  return `${part['year']}-${part['month']}-${part['day']}${name === 'iso' ? `T${time}${offset}` : ` ${time}`}`;
}

export const fullDate = (at: number, style: DateStyle = {}): string =>
  style.format ? inFormat(at, style, style.format) : format('full date', style, { year: 'numeric', month: 'short', day: 'numeric', ...clock, timeZoneName: 'short' }).format(at);

// Today only the time, this year the day and the minute, else the whole date.
export function shortDate(at: number, now: number, style: DateStyle = {}): string {
  const day = dayOf(at, style);
  if (day === dayOf(now, style)) return clockTime(at, style);
  if (style.format) return inFormat(at, style, style.format);
  const minute: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  if (day.slice(0, 4) === dayOf(now, style).slice(0, 4)) return format('month', style, { month: 'short', day: 'numeric', ...minute }).format(at);
  return format('year', style, { year: 'numeric', month: 'short', day: 'numeric' }).format(at);
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000_000], ['month', 2_592_000_000], ['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000],
];

export function relativeDate(at: number, now: number, language?: string): string {
  const distance = at - now;
  const [unit, size] = steps.find(([, step]) => Math.abs(distance) >= step) ?? ['second', 1000];
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }).format(Math.trunc(distance / size), unit);
}
