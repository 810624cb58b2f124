// Values that a condition of a list is offered, from what the API lists (UI-130). Pure.
import { ancestors } from './namespaces';

const most = 500;
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].filter((name) => name !== '').sort().slice(0, most);

// With every namespace those above it, which may have nothing of their own.
export const withAncestors = (names: readonly string[]): string[] => sorted(names.flatMap(ancestors));

// Labels come as `key:value`; the value may have colons, the key has none.
export function labelsOf(pairs: readonly string[], key: string): { keys: string[]; values: string[] } {
  const split = pairs.map((pair): [string, string] => { const at = pair.indexOf(':'); return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]; });
  return { keys: sorted(split.map(([name]) => name)), values: sorted(split.filter(([name]) => name === key).map(([, value]) => value)) };
}
