// Moments as the clock on a wall of a zone shows them, in the form of a date-time field: `2026-11-22T14:05:00` (UI-901). Pure.
const pattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?/;
const formats = new Map<string, Intl.DateTimeFormat>();
function format(zone: string): Intl.DateTimeFormat {
  const made = formats.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  formats.set(zone, made);
  return made;
}
function parts(at: number, zone: string): Record<string, string> {
  return Object.fromEntries(format(zone).formatToParts(at).map(({ type, value }) => [type, value]));
}

export function toWall(at: number, zone: string): string {
  if (!Number.isFinite(at)) return '';
  const part = parts(at, zone);
  return `${part['year']?.padStart(4, '0')}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}:${part['second']}`;
}

// NaN: not a date. Of an hour that a zone has twice the first is taken; one that it leaves out becomes the hour after it.
export function fromWall(text: string, zone: string): number {
  const match = pattern.exec(text);
  if (!match) return NaN;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const offset = (at: number): number => {
    const part = parts(at, zone);
    return Date.UTC(Number(part['year']), Number(part['month']) - 1, Number(part['day']), Number(part['hour']), Number(part['minute']), Number(part['second'])) - at;
  };
  const day24 = 86_400_000;
  const candidates = [wall - offset(wall - day24), wall - offset(wall + day24)];
  return candidates.find((at) => at + offset(at) === wall) ?? Math.max(...candidates);
}
