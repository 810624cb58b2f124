// Values as YAML text in the style of the editor: two spaces, literal blocks for texts of several lines, quotes only where they are needed.
import { Document } from 'yaml';

// `compat` quotes what an older YAML would read as something other than text: yes, no, on, 012.
const style = { lineWidth: 0, indentSeq: true, minContentWidth: 0 } as const;
const schema = { version: '1.2', compat: 'yaml-1.1' } as const;

function stringify(value: unknown): string {
  const document = new Document(undefined, schema);
  document.contents = document.createNode(value, { aliasDuplicateObjects: false }) as never;
  return document.toString(style).replace(/\n$/, '');
}

export type Quotes = 'plain' | 'single' | 'double' | 'block';

// What YAML cannot carry as it is: control characters, lone halves of a pair.
const strange = (value: string): boolean => /[^\t\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|[\u2028\u2029]/.test(value.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ''));
const doubled = (value: string): string => JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

// A scalar on the line of its key. A text of several lines is a literal block, its lines indented by `indent`.
export function scalarText(value: string | number | boolean | bigint | null, indent: number, quotes: Quotes): string {
  if (typeof value !== 'string') return stringify(value);
  if (strange(value)) return doubled(value);
  if (value.includes('\n') || (quotes === 'block' && value !== '')) {
    return value.trim() === '' || /[ \t]+$/m.test(value) || value.endsWith('\n\n') ? doubled(value) : block(value, indent);
  }
  if (quotes === 'double') return doubled(value);
  if (quotes === 'single' && !value.includes('\t')) return `'${value.replaceAll("'", "''")}'`;
  const text = stringify(value);
  return text.includes('\n') ? doubled(value) : text;
}

function block(value: string, indent: number): string {
  const body = value.endsWith('\n') ? value.slice(0, -1) : value;
  const explicit = /^\n*[ ]/.test(body) ? '2' : '';
  return `|${explicit}${body === value ? '-' : ''}\n${body.split('\n').map((line) => (line === '' ? '' : ' '.repeat(indent) + line)).join('\n')}`;
}

// A value as the lines of a block at column 0, texts of several lines as literals.
export function blockText(value: unknown): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return value.map((item) => `- ${isOpen(item) ? shifted(blockText(item), 2).trimStart() : inline(item, 2)}`).join('\n');
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    if (entries.length === 0) return '{}';
    return entries.map(([key, item]) => `${keyText(key)}:${isOpen(item) ? `\n${shifted(blockText(item), 2)}` : ` ${inline(item, 2)}`}`).join('\n');
  }
  return inline(value, 2);
}
export const isOpen = (value: unknown): boolean => typeof value === 'object' && value !== null && (Array.isArray(value) ? value.length > 0 : Object.values(value).some((item) => item !== undefined));
const inline = (value: unknown, indent: number): string => (typeof value === 'object' && value !== null ? (Array.isArray(value) ? '[]' : '{}') : scalarText(value as string, indent, 'plain'));
export const keyText = (key: string): string => {
  const text = key === '' || key.includes('\n') ? doubled(key) : scalarText(key, 0, 'plain');
  return text.startsWith('?') ? doubled(key) : text;
};

// A value inside `{ }` or `[ ]`, on one line.
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).filter(([, item]) => item !== undefined).map(([key, item]) => `${flowScalar(key)}: ${flowText(item)}`).join(', ')}}`;
  return typeof value === 'string' ? flowScalar(value) : stringify(value);
}
const flowScalar = (value: string): string => (/^[A-Za-z_/][\w ./-]*$/.test(value) && !value.endsWith(' ') && stringify(value) === value ? value : doubled(value));

// Lines moved by `by` columns; empty ones stay empty, and no line loses more than its spaces.
export const shifted = (text: string, by: number): string =>
  text.split('\n').map((line) => (line === '' ? line : by >= 0 ? ' '.repeat(by) + line : line.slice(Math.min(-by, /^ */.exec(line)?.[0].length ?? 0)))).join('\n');
