// Search by parts of words: `pat fl` finds `patch-linux-fleet`, `http req` finds `…core.http.Request`. Pure.
const isStart = (text: string, at: number): boolean => at === 0 || /[^a-zA-Z0-9]/.test(text[at - 1] ?? '') || (/[A-Z]/.test(text[at] ?? '') && /[a-z]/.test(text[at - 1] ?? ''));

// Each word of the query has to be found, at the start of a word better than inside one. 0: not found.
export function score(query: string, text: string): number {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const low = text.toLowerCase();
  let sum = words.length === 0 ? 1 : 0;
  for (const word of words) {
    let best = 0;
    for (let at = low.indexOf(word); at >= 0; at = low.indexOf(word, at + 1)) best = Math.max(best, isStart(text, at) ? 10 + word.length : 1 + word.length / 10);
    if (best === 0) return 0;
    sum += best;
  }
  return sum + 1 / (1 + text.length);
}

export function search<T>(query: string, items: readonly T[], text: (item: T) => string, limit = 50): T[] {
  return items
    .map((item) => ({ item, points: score(query, text(item)) }))
    .filter(({ points }) => points > 0)
    .sort((left, right) => right.points - left.points)
    .slice(0, limit)
    .map(({ item }) => item);
}
