// The expressions of a flow and what they name. Pure. Places are offsets of the text.
import { visit, type Node } from 'yaml';
import { isScalar, readText, type FlowText, type Span } from './document';

export interface Expression extends Span { text: string; inner: Span; kind: '{{' | '{%'; quoted: 'single' | 'double' | '' }
export interface Reference extends Span { root: 'inputs' | 'outputs' | 'vars' | 'tasks'; name: string; nameSpan: Span; bracket: boolean; rest: string }

const most = 400_000; // beyond it, reading the text at each pause would be felt
const raw = /\{%-?\s*(?:verbatim|raw)\s*-?%\}[\s\S]*?\{%-?\s*end(?:verbatim|raw)\s*-?%\}|\{#[\s\S]*?#\}/g;
const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

export interface Found { text: FlowText; expressions: Expression[] }

// All expressions of the values, in the order of the text. Comments of YAML are not values.
export function expressionsOf(source: string): Found | undefined {
  if (source.length > most) return undefined;
  const text = readText(source);
  if (text.problem) return undefined;
  const found: Found = { text, expressions: [] };
  visit(text.document as never, {
    Scalar(_key, node) {
      const scalar = node as unknown as Node & { value: unknown; type?: string };
      if (!isScalar(scalar) || typeof scalar.value !== 'string' || !scalar.range) return;
      read(source, scalar.range[0], scalar.range[1], scalar.type === 'QUOTE_SINGLE' ? 'single' : scalar.type === 'QUOTE_DOUBLE' ? 'double' : '', found);
    },
  });
  return found;
}

function read(source: string, from: number, to: number, quoted: Expression['quoted'], found: Found): void {
  const text = source.slice(from, to).replace(raw, blank);
  for (let at = 0; at < text.length;) {
    const next = /\{\{|\{%/.exec(text.slice(at));
    if (!next) return;
    const begin = at + next.index;
    const kind = next[0] as Expression['kind'];
    const end = endOf(text, begin + 2, kind === '{{' ? '}}' : '%}');
    if (end < 0) return; // braces that are open
    found.expressions.push({ from: from + begin, to: from + end + 2, inner: { from: from + begin + 2, to: from + end }, text: text.slice(begin + 2, end), kind, quoted });
    at = end + 2;
  }
}
// The closing braces, those inside of a text or of a map not counted.
function endOf(text: string, from: number, close: string): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const unit = text[at];
    if (unit === '"' || unit === "'") {
      const end = closingQuote(text, at);
      if (end < 0) return text.indexOf(close, from);
      at = end;
    } else if (close === '}}' && unit === '{') depth++;
    else if (close === '}}' && unit === '}' && depth > 0) depth--;
    else if (text.startsWith(close, at)) return at;
  }
  return -1;
}
function closingQuote(text: string, at: number): number {
  for (let i = at + 1; i < text.length && !text.startsWith('}}', i); i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === text[at]) return i;
  }
  return -1;
}

// The inside with its texts blanked: names in quotes are no names of the language.
const withoutTexts = (text: string): string => text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, (quoted) => `${quoted[0]}${' '.repeat(quoted.length - 2)}${quoted[0]}`);

const way = /(?<![\w.|-])(inputs|outputs|vars|tasks)(?:\.([A-Za-z_][\w-]*)|\[\s*(\\?["'])((?:[^"'\\\]])+)\3\s*\])((?:\.[A-Za-z_][\w-]*)*)/g;
// What an expression takes from the flow: `outputs.first.uri`, `inputs['who']`.
export function referencesOf(expression: Expression): Reference[] {
  const blanked = withoutTexts(expression.text);
  const found: Reference[] = [];
  for (const match of expression.text.matchAll(way)) {
    const [all, root = '', dotted, , bracketed, rest = ''] = match;
    if (blanked.slice(match.index, match.index + root.length) !== root) continue; // inside of a text
    const name = dotted ?? bracketed ?? '';
    const from = expression.inner.from + match.index;
    const at = from + all.indexOf(name, root.length);
    found.push({ root: root as Reference['root'], name, from, to: from + all.length - rest.length, nameSpan: { from: at, to: at + name.length }, bracket: dotted === undefined, rest: rest.slice(1) });
  }
  return found;
}

export interface Use extends Reference { expression: Expression }
// What all expressions of a text take from the flow.
export const usesOf = (source: string): Use[] => (expressionsOf(source)?.expressions ?? []).flatMap((expression) => referencesOf(expression).map((one) => ({ ...one, expression })));

const contextWay = /(?<![\w.|'"-])(taskrun|trigger|parents?|item)(?![\w-]|\s*[:(])/g;
export interface ContextUse extends Span { name: string }
// What expressions take from where they stand: `taskrun.value`, `trigger.date`. A name that `for`, `set` or `macro` gives before is their own.
export function contextOf(expressions: readonly Expression[]): ContextUse[] {
  const own = new Set<string>();
  return expressions.flatMap((expression) => {
    const text = withoutTexts(expression.text);
    if (expression.kind === '{%') for (const [, names = ''] of text.matchAll(/^-?\s*(?:for|set)\s+([\w,\s]+?)\s*(?:\bin\b|=)/g)) names.split(',').forEach((name) => own.add(name.trim()));
    return [...text.matchAll(contextWay)].flatMap((match) => {
      const [name] = match;
      const from = expression.inner.from + match.index;
      return own.has(name) ? [] : [{ name, from, to: from + name.length }];
    });
  });
}
