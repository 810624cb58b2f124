// The part of Markdown that descriptions and documentation use, as a tree: no markup ever comes out of it. Pure.
export type Inline = { kind: 'text' | 'code' | 'strong' | 'em'; text: string } | { kind: 'link'; text: string; href: string };
export type Block =
  | { kind: 'heading'; level: number; text: Inline[]; id: string }
  | { kind: 'paragraph' | 'quote'; text: Inline[] }
  | { kind: 'code'; language: string; text: string }
  | { kind: 'list'; ordered: boolean; items: { text: Inline[]; depth: number }[] }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }
  | { kind: 'rule' };

const inlinePattern = /`([^`]+)`|\*\*([^*]+)\*\*|(?<![\w*])[*_]([^*_\s][^*_]*)[*_](?![\w*])|\[([^\]]*)\]\(([^)\s]+)\)|(https?:\/\/[^\s<>()"']+[^\s<>()"'.,;:!?])/g;
const safe = (href: string): boolean => /^(https?:\/\/|\/(?!\/)|#|mailto:)/i.test(href);

export function inline(text: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(inlinePattern)) {
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    from = match.index + match[0].length;
    const [whole, code, strong, em, label, href, url] = match;
    if (code !== undefined) parts.push({ kind: 'code', text: code });
    else if (strong !== undefined) parts.push({ kind: 'strong', text: strong });
    else if (em !== undefined) parts.push({ kind: 'em', text: em });
    else if (href !== undefined) parts.push(safe(href) ? { kind: 'link', text: label === '' ? href : (label ?? href), href } : { kind: 'text', text: whole });
    else parts.push({ kind: 'link', text: url ?? '', href: url ?? '' });
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

export const slug = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '');
const cells = (line: string): Inline[][] => line.trim().replace(/^\||\|$/g, '').split('|').map((cell) => inline(cell.trim()));
const item = /^(\s*)(?:([-*+])|(\d+)[.)])\s+(.*)$/;

export function parseMarkdown(source: string): Block[] {
  const lines = source.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  let i = 0;
  const paragraph = (): void => {
    const text: string[] = [];
    while (i < lines.length && (lines[i] ?? '').trim() !== '' && (text.length === 0 || !/^(#{1,6} |```|\s*[-*+] |\s*\d+[.)] |>)/.test(lines[i] ?? ''))) text.push((lines[i++] ?? '').trim());
    blocks.push({ kind: 'paragraph', text: inline(text.join(' ')) });
  };
  const list = (ordered: boolean): void => {
    const items: { text: string; depth: number }[] = [];
    for (; i < lines.length; i++) {
      const match = item.exec(lines[i] ?? '');
      if (match) items.push({ text: match[4] ?? '', depth: Math.floor((match[1] ?? '').length / 2) });
      else if (/^\s+\S/.test(lines[i] ?? '') && items.length > 0) (items[items.length - 1] as { text: string }).text += ` ${(lines[i] ?? '').trim()}`;
      else break;
    }
    blocks.push({ kind: 'list', ordered, items: items.map(({ text, depth }) => ({ text: inline(text), depth })) });
  };
  while (i < lines.length) {
    const line = lines[i] ?? '';
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    const fence = /^\s*```\s*([\w-]*)/.exec(line);
    const listed = item.exec(line);
    if (line.trim() === '') i++;
    else if (heading) {
      blocks.push({ kind: 'heading', level: (heading[1] ?? '#').length, text: inline(heading[2] ?? ''), id: slug(heading[2] ?? '') });
      i++;
    } else if (fence) {
      const code: string[] = [];
      for (i++; i < lines.length && !/^\s*```\s*$/.test(lines[i] ?? ''); i++) code.push(lines[i] ?? '');
      i++;
      blocks.push({ kind: 'code', language: fence[1] ?? '', text: code.join('\n') });
    } else if (/^\s*(?:---+|\*\*\*+|___+)\s*$/.test(line)) {
      blocks.push({ kind: 'rule' });
      i++;
    } else if (line.startsWith('>')) {
      const text: string[] = [];
      for (; i < lines.length && (lines[i] ?? '').startsWith('>'); i++) text.push((lines[i] ?? '').replace(/^>\s?/, ''));
      blocks.push({ kind: 'quote', text: inline(text.join(' ')) });
    } else if (listed) list(listed[3] !== undefined);
    else if (line.includes('|') && /^\s*\|?[\s:|-]+\|[\s:|-]*$/.test(lines[i + 1] ?? '')) {
      const rows: Inline[][][] = [];
      const head = cells(line);
      for (i += 2; i < lines.length && (lines[i] ?? '').includes('|'); i++) rows.push(cells(lines[i] ?? ''));
      blocks.push({ kind: 'table', head, rows });
    } else paragraph();
  }
  return blocks;
}
