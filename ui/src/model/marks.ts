// A text in parts, some of which are marked. Pairs of positions that do not fit the text are left out. Pure.
export interface Part { text: string; on: boolean }

export function markedParts(text: string, marks: readonly (readonly number[])[]): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const [start = 0, end = 0] of [...marks].sort((left, right) => (left[0] ?? 0) - (right[0] ?? 0))) {
    if (start < from || end <= start || end > text.length) continue;
    if (start > from) parts.push({ text: text.slice(from, start), on: false });
    parts.push({ text: text.slice(start, end), on: true });
    from = end;
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), on: false });
  return parts;
}

// Where the words of a query are in a text, each at its first place.
export function marksOf(query: string, text: string): number[][] {
  const low = text.toLowerCase();
  return query.toLowerCase().split(/\s+/).filter((word) => word !== '').flatMap((word) => { const at = low.indexOf(word); return at < 0 ? [] : [[at, at + word.length]]; });
}
