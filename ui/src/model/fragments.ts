// A fragment of a source in which the server marks the hits: `[mark]…[/mark]`. Pure.
export interface FragmentPart { text: string; mark: boolean }

export function fragmentParts(fragment: string): FragmentPart[] {
  const parts: FragmentPart[] = [];
  let from = 0;
  for (const match of fragment.matchAll(/\[mark\]([\s\S]*?)\[\/mark\]/g)) {
    if (match.index > from) parts.push({ text: fragment.slice(from, match.index), mark: false });
    parts.push({ text: match[1] ?? '', mark: true });
    from = match.index + match[0].length;
  }
  if (from < fragment.length) parts.push({ text: fragment.slice(from), mark: false });
  return parts;
}
