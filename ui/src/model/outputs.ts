// Outputs as flat rows that can be searched: each value with its path as an expression (UI-660). Pure.
export interface OutputRow { key: string; depth: number; name: string; path: string; type: string; text: string; value: unknown; open: boolean; size: number; file: boolean }
export interface OutputSource { taskId: string; value?: string | undefined; taskRunId: string; outputs: Record<string, unknown> }

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const member = (path: string, name: string | number): string => (typeof name === 'number' ? `${path}[${name}]` : plainName.test(name) ? `${path}.${name}` : `${path}['${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`);
export const expressionOf = (source: OutputSource): string => (source.value === undefined ? member('outputs', source.taskId) : member(member('outputs', source.taskId), source.value));
export const isFile = (value: unknown): value is string => typeof value === 'string' && /^kestra:\/\/\//.test(value);

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'list';
  return isFile(value) ? 'file' : typeof value === 'object' ? 'map' : typeof value;
}
const longest = 300;
const short = (value: unknown): string => {
  if (typeof value === 'string') return value.slice(0, longest);
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Array.isArray(value) ? value.slice(0, 8) : Object.fromEntries(Object.entries(value).slice(0, 8));
  return (JSON.stringify(entries) ?? '').slice(0, longest);
};

const members = (value: unknown): [string | number, unknown][] => (Array.isArray(value) ? value.map((one, i): [number, unknown] => [i, one]) : typeof value === 'object' && value !== null ? Object.entries(value) : []);

// The rows that are seen: a map or a list is closed until somebody opens it; a text opens the way to each match.
export function outputRows(value: unknown, path: string, open: ReadonlySet<string>, text: string): OutputRow[] {
  const rows: OutputRow[] = [];
  const wanted = text.trim().toLowerCase();
  const visit = (name: string, at: unknown, where: string, depth: number): boolean => {
    const inner = members(at);
    const row: OutputRow = { key: where, depth, name, path: where, type: typeOf(at), text: short(at), value: at, open: false, size: inner.length, file: isFile(at) };
    const hit = wanted === '' || name.toLowerCase().includes(wanted) || (inner.length === 0 && row.text.toLowerCase().includes(wanted));
    const place = rows.length;
    rows.push(row);
    let below = false;
    if (inner.length > 0 && (open.has(where) || wanted !== '')) {
      for (const [key, one] of inner) below = visit(typeof key === 'number' ? `[${key}]` : key, one, member(where, key), depth + 1) || below;
      row.open = open.has(where) || below;
      if (!open.has(where) && !below) rows.length = place + 1;
    }
    if (!hit && !below) rows.length = place;
    return hit || below;
  };
  for (const [key, one] of members(value)) visit(typeof key === 'number' ? `[${key}]` : key, one, member(path, key), 0);
  return rows;
}
