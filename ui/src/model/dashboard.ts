// The figures of the default dashboard (UI-191). Pure.
import { familyOf, isTerminal, STATES } from './state';

export interface Figures { total: number; success: number; failed: number; terminated: number; running: number; queued: number; paused: number }

const good = ['SUCCESS', 'CANCELLED', 'WARNING'];
const bad = ['FAILED', 'KILLED', 'RETRIED'];

export function figures(rows: readonly Record<string, unknown>[]): Figures {
  const sum = (keep: (state: string) => boolean): number => rows.reduce((total, row) => (keep(String(row['series'])) ? total + Number(row['total'] ?? 0) : total), 0);
  return {
    total: sum(() => true), success: sum((state) => good.includes(state)), failed: sum((state) => bad.includes(state)), terminated: sum((state) => isTerminal(state)),
    running: sum((state) => familyOf(state) === 'running'), queued: sum((state) => state === 'QUEUED' || state === 'CREATED'), paused: sum((state) => familyOf(state) === 'paused'),
  };
}

// A share with one digit where it is not whole; nothing where nothing ended.
export function share(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (part / whole) * 100;
  return `${(percent > 99.9 && part < whole ? 99.9 : Math.round(percent * 10) / 10).toString()} %`;
}

export interface NamespaceRow { namespace: string; total: number; failed: number; counts: Record<string, number> }

export function byNamespace(rows: readonly Record<string, unknown>[]): NamespaceRow[] {
  const found = new Map<string, NamespaceRow>();
  for (const row of rows) {
    const namespace = String(row['namespace'] ?? '');
    const count = Number(row['total'] ?? 0);
    const state = String(row['series'] ?? '');
    const one = found.get(namespace) ?? { namespace, total: 0, failed: 0, counts: {} };
    one.total += count;
    if (bad.includes(state)) one.failed += count;
    one.counts[state] = (one.counts[state] ?? 0) + count;
    found.set(namespace, one);
  }
  return [...found.values()].sort((left, right) => right.total - left.total || left.namespace.localeCompare(right.namespace));
}

// States in the order in which a bar stacks them: what went well at the bottom.
export const STACK = ['SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED', 'RUNNING', 'PAUSED', 'QUEUED', 'CREATED'];
export const stacked = (seen: ReadonlySet<string>): string[] => [...STACK, ...STATES.filter((state) => !STACK.includes(state))].filter((state) => seen.has(state));
