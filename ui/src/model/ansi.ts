// ANSI escape sequences of a log line as pieces of text with their look; sequences that do not concern the look are dropped. Pure.
export interface Piece { text: string; bold?: true; dim?: true; italic?: true; underline?: true; color?: string }

type Look = Omit<Piece, 'text'>;
const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
// eslint-disable-next-line no-control-regex
const sequence = /\u001b(?:\[([0-9;:?]*)([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_]?)/g;
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g;

function indexed(index: number): string | undefined {
  if (!(index >= 0 && index < 256)) return undefined;
  if (index < 8) return names[index];
  if (index < 16) return `bright-${names[index - 8]}`;
  if (index > 231) return `#${((index - 232) * 10 + 8).toString(16).padStart(2, '0').repeat(3)}`;
  const level = (value: number): string => (value === 0 ? 0 : value * 40 + 55).toString(16).padStart(2, '0');
  const cube = index - 16;
  return `#${level(Math.floor(cube / 36))}${level(Math.floor(cube / 6) % 6)}${level(cube % 6)}`;
}

function extended(codes: number[], at: number): [string | undefined, number] {
  if (codes[at + 1] === 5) return [indexed(codes[at + 2] ?? -1), at + 2];
  if (codes[at + 1] !== 2) return [undefined, at];
  const channels = codes.slice(at + 2, at + 5);
  const valid = channels.length === 3 && channels.every((value) => value >= 0 && value < 256);
  return [valid ? `#${channels.map((value) => value.toString(16).padStart(2, '0')).join('')}` : undefined, at + 4];
}

function apply(look: Look, codes: number[]): Look {
  const next: Look = { ...look };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 0) for (const key of Object.keys(next) as (keyof Look)[]) delete next[key];
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 22) { delete next.bold; delete next.dim; }
    else if (code === 23) delete next.italic;
    else if (code === 24) delete next.underline;
    else if (code === 39) delete next.color;
    else if (code >= 30 && code <= 37) next.color = names[code - 30] ?? '';
    else if (code >= 90 && code <= 97) next.color = `bright-${names[code - 90]}`;
    else if (code === 38 || code === 48) {
      const [color, end] = extended(codes, i);
      if (code === 38 && color !== undefined) next.color = color;
      i = end;
    }
  }
  return next;
}

export function parseAnsi(line: string): Piece[] {
  if (!line.includes('\u001b')) return [{ text: line.replace(control, '\u00b7') }];
  const pieces: Piece[] = [];
  let look: Look = {};
  let from = 0;
  const push = (text: string): void => {
    if (text !== '') pieces.push({ text: text.replace(control, '\u00b7'), ...look });
  };
  for (const match of line.matchAll(sequence)) {
    push(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm') look = apply(look, (match[1] ?? '').split(/[;:]/).map(Number));
  }
  push(line.slice(from));
  return pieces.length > 0 ? pieces : [{ text: '' }];
}

export const plainText = (line: string): string => parseAnsi(line).map((piece) => piece.text).join('');
