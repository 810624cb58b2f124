// Starred pages (UI-42): an address below the root of the pages, under a name. Pure.
export interface Bookmark { url: string; name: string }

const most = 100;
export const isStarred = (all: readonly Bookmark[], url: string): boolean => all.some((one) => one.url === url);
export const toggled = (all: readonly Bookmark[], added: Bookmark): Bookmark[] => (isStarred(all, added.url) ? all.filter((one) => one.url !== added.url) : [...all, added].slice(-most));
export const renamed = (all: readonly Bookmark[], url: string, name: string): Bookmark[] => all.map((one) => (one.url === url && name.trim() !== '' ? { url, name: name.trim() } : one));

// One place up or down; at the ends nothing changes.
export function moved(all: readonly Bookmark[], url: string, by: -1 | 1): Bookmark[] {
  const from = all.findIndex((one) => one.url === url);
  const to = from + by;
  const next = [...all];
  const [one] = next.splice(from, 1);
  return from < 0 || to < 0 || to >= all.length || one === undefined ? [...all] : next.toSpliced(to, 0, one);
}
