// Durations: ISO 8601 to milliseconds and back, and in words. Pure. Months count 30 days and years 365, as an estimate for display.
const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

const pattern = /^([+-])?P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i;
const weights = [31_536_000_000, 2_592_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1_000];

export function parseDuration(text: string): number | undefined {
  const match = pattern.exec(text.trim());
  if (match === null || match.slice(2).every((part) => part === undefined) || /T$/i.test(text)) return undefined;
  const value = weights.reduce((sum, weight, i) => sum + Number(match[i + 2] ?? 0) * weight, 0);
  return match[1] === '-' ? -value : value;
}

export function formatIso(milliseconds: number): string {
  let rest = Math.abs(milliseconds);
  const take = (unit: number): number => {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    return count;
  };
  const [days, hours, minutes] = [take(86_400_000), take(3_600_000), take(60_000)];
  const seconds = Math.round(rest) / 1000;
  const time = (hours ? `${hours}H` : '') + (minutes ? `${minutes}M` : '') + (seconds ? `${seconds}S` : '');
  const text = `P${days ? `${days}D` : ''}${time ? `T${time}` : ''}`;
  return (milliseconds < 0 ? '-' : '') + (text === 'P' ? 'PT0S' : text);
}

// Two units at most: `1 h 4 min`, `41 s`, `4.1 s`, `12 ms`.
export function humanDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return '';
  const value = Math.max(0, milliseconds);
  if (value < 1) return '0 s';
  if (value < 999.5) return `${Math.round(value)} ms`;
  if (value < 9_950) return `${(Math.round(value / 100) / 10).toString()} s`;
  let rest = Math.round(value / 1000) * 1000;
  const parts: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

export interface DurationParts { days: number; hours: number; minutes: number; seconds: number }

export function splitDuration(milliseconds: number): DurationParts {
  const total = Math.max(0, milliseconds);
  return {
    days: Math.floor(total / 86_400_000),
    hours: Math.floor(total / 3_600_000) % 24,
    minutes: Math.floor(total / 60_000) % 60,
    seconds: Math.round(total % 60_000) / 1000,
  };
}

export const joinDuration = (parts: DurationParts): number =>
  parts.days * 86_400_000 + parts.hours * 3_600_000 + parts.minutes * 60_000 + parts.seconds * 1000;
