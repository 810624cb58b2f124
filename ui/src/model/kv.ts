// Values of the KV store: what is sent for each type, how a value is shown for editing, and what is wrong with a text. Pure.
import { parseDuration } from './duration';
import { jsonProblem } from './json';

export const KV_TYPES = ['STRING', 'NUMBER', 'BOOLEAN', 'DATETIME', 'DATE', 'DURATION', 'JSON'] as const;
export type KvType = (typeof KV_TYPES)[number];
export type KvProblem = { key: 'empty' | 'number' | 'date' | 'duration' } | { key: 'json'; line: number; column: number };

export const asKvType = (text: string): KvType => KV_TYPES.find((type) => type === text) ?? 'STRING';

export function editable(type: KvType, value: unknown): string {
  if (type === 'JSON') return JSON.stringify(value, null, 2);
  return value === null || value === undefined ? '' : String(value);
}

// A text is sent as JSON, so that `12` stays a text; dates and durations are sent as they are.
export const encoded = (type: KvType, text: string): string => (type === 'STRING' ? JSON.stringify(text) : text.trim());

export function kvProblem(type: KvType, text: string): KvProblem | undefined {
  if (type === 'STRING') return undefined;
  if (text.trim() === '') return { key: 'empty' };
  if (type === 'NUMBER') return Number.isFinite(Number(text)) ? undefined : { key: 'number' };
  if (type === 'DURATION') return parseDuration(text) === undefined ? { key: 'duration' } : undefined;
  if (type === 'DATETIME' || type === 'DATE') return Number.isNaN(Date.parse(text)) ? { key: 'date' } : undefined;
  const place = type === 'JSON' ? jsonProblem(text) : undefined;
  return place ? { key: 'json', ...place } : undefined;
}

// The expression that reads a key in flows of the key's own namespace.
export const kvExpression = (key: string): string => `{{ kv('${key.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}') }}`;
