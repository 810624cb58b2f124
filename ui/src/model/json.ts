// Where a text stops being JSON (RFC 8259). Engines report the place in different words, or not at all, so that the text is read here, once. Pure.
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const name = /true|false|null/y;
const space = /[ \t\n\r]*/y;
const plain = /[^"\\\u0000-\u001f]*/y; // eslint-disable-line no-control-regex
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const end = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
};

// Of the text that begins at `at` with a quotation mark: where it ends, and whether it ends there as it must.
function pastString(text: string, at: number): { at: number; whole: boolean } {
  for (let i = end(plain, text, at + 1); ; i = end(plain, text, i)) {
    if (text[i] === '"') return { at: i + 1, whole: true };
    const next = end(escape, text, i);
    if (next === i) return { at: i, whole: false };
    i = next;
  }
}

type Wanted = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | 'end of value';

// The index of the first character that cannot stand there; undefined: the text is JSON. Takes time in proportion to the length of the text.
export function jsonErrorAt(text: string): number | undefined {
  const open: ('[' | '{')[] = [];
  let wanted = 'value' as Wanted;
  for (let at = end(space, text, 0); ; at = end(space, text, at)) {
    const now = text[at];
    const inner = open[open.length - 1];
    if (wanted === 'end of value') {
      if (inner === undefined) return at === text.length ? undefined : at;
      if (now === ',') wanted = inner === '{' ? 'name' : 'value';
      else if (now === (inner === '{' ? '}' : ']')) open.pop();
      else return at;
      at++;
    } else if (wanted === ':') {
      if (now !== ':') return at;
      wanted = 'value';
      at++;
    } else if ((now === '}' && wanted === 'name or }') || (now === ']' && wanted === 'value or ]')) {
      open.pop();
      wanted = 'end of value';
      at++;
    } else if (now === '"') {
      const past = pastString(text, at);
      if (!past.whole) return past.at;
      wanted = wanted === 'name' || wanted === 'name or }' ? ':' : 'end of value';
      at = past.at;
    } else if (wanted === 'name' || wanted === 'name or }') return at;
    else if (now === '{' || now === '[') {
      open.push(now);
      wanted = now === '{' ? 'name or }' : 'value or ]';
      at++;
    } else {
      const past = Math.max(end(number, text, at), end(name, text, at));
      if (past === at) return at;
      wanted = 'end of value';
      at = past;
    }
  }
}

// The same by line and column from 1.
export function jsonProblem(text: string): { line: number; column: number } | undefined {
  const at = jsonErrorAt(text);
  if (at === undefined) return undefined;
  const begin = text.lastIndexOf('\n', at - 1) + 1;
  return { line: text.slice(0, begin).split('\n').length, column: at - begin + 1 };
}
