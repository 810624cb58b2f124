// The menu as a person has arranged it (UI-43): entries are hidden or stand in another order within their group. Pure.
export interface MenuChoice { order: string[]; hidden: string[] }
export const standardMenu: MenuChoice = { order: [], hidden: [] };
// What leads back to the choice itself is always there.
export const alwaysShown = 'preferences';

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);
// What another program has stored may be anything.
export const asMenuChoice = (value: unknown): MenuChoice => ({ order: texts((value as Partial<MenuChoice> | null)?.order), hidden: texts((value as Partial<MenuChoice> | null)?.hidden).filter((id) => id !== alwaysShown) });

// Entries that somebody has placed come in that order; one that is new since then stays where the program has it.
export function ordered<T extends { id: string }>(entries: readonly T[], order: readonly string[]): T[] {
  const placed = entries.filter((entry) => order.includes(entry.id)).sort((left, right) => order.indexOf(left.id) - order.indexOf(right.id));
  return entries.map((entry) => (order.includes(entry.id) ? placed.shift()! : entry));
}

export function movedEntry(entries: readonly { id: string }[], order: readonly string[], id: string, by: -1 | 1): string[] {
  const ids = ordered(entries, order).map((entry) => entry.id);
  const at = ids.indexOf(id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= ids.length) return [...order];
  [ids[at], ids[to]] = [ids[to]!, ids[at]!];
  return [...order.filter((one) => !ids.includes(one)), ...ids];
}
export const toggledEntry = (hidden: readonly string[], id: string): string[] => (id === alwaysShown ? [...hidden] : hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id]);
