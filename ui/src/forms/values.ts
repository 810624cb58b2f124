// What a form of inputs sends for each type (spec 14.3), and what it checks before the server does. Pure but for File.
import { formatIso, parseDuration } from '@/model/duration';

export interface InputSpec {
  id: string;
  type: string;
  displayName?: string;
  description?: string;
  required?: boolean;
  defaults?: unknown;
  prefill?: unknown;
  values?: string[];
  itemType?: string;
  min?: number | string;
  max?: number | string;
  isRadio?: boolean;
  allowCustomValue?: boolean;
  allowedFileExtensions?: string[];
}
export type FieldValue = string | string[] | boolean | File | null | undefined; // undefined: not given; null: emptied

export const typeOf = (spec: InputSpec): string => (spec.type === 'ENUM' ? 'SELECT' : spec.type === 'BOOLEAN' ? 'BOOL' : spec.type);

// A date and time of the reader's zone, as `datetime-local` has it, and back.
const pad = (value: number): string => String(value).padStart(2, '0');
export function toLocalDateTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

// A value of the server as the widget shows it.
export function shown(spec: InputSpec, value: unknown): FieldValue {
  if (value === undefined || value === null) return undefined;
  switch (typeOf(spec)) {
    case 'BOOL':
      return value === true || value === 'true';
    case 'MULTISELECT':
    case 'ARRAY': {
      const list: unknown = typeof value === 'string' ? parseJson(value) : value;
      return Array.isArray(list) ? list.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))) : [];
    }
    case 'DATETIME':
      return toLocalDateTime(String(value));
    case 'DURATION':
      return typeof value === 'number' ? formatIso(value * 1000) : String(value);
    case 'FILE':
      return String(value);
    default:
      return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function arrayItem(text: string, itemType: string): unknown {
  if (['INT', 'FLOAT', 'BOOLEAN', 'BOOL', 'JSON'].includes(itemType)) {
    const value = parseJson(text);
    return value === undefined ? text : value;
  }
  return text;
}

// The text that is sent, or a file; undefined: the value is not sent.
export function sent(spec: InputSpec, value: FieldValue): string | File | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (value instanceof File) return value;
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return JSON.stringify(typeOf(spec) === 'ARRAY' ? value.map((item) => arrayItem(item, spec.itemType ?? 'STRING')) : value);
  if (typeOf(spec) === 'DATETIME') {
    const at = new Date(value);
    return Number.isNaN(at.getTime()) ? value : at.toISOString();
  }
  if (typeOf(spec) === 'TIME') return /^\d\d:\d\d$/.test(value) ? `${value}:00` : value;
  return value;
}

export type Complaint = { key: 'integer' | 'number' | 'least' | 'most' | 'json' | 'duration' | 'extension'; value: string };

// What the browser refuses by itself, before the server is asked.
export function complaint(spec: InputSpec, value: FieldValue): Complaint | undefined {
  if (value instanceof File) {
    const endings = spec.allowedFileExtensions ?? [];
    return endings.length > 0 && !endings.some((ending) => value.name.toLowerCase().endsWith(ending.toLowerCase())) ? { key: 'extension', value: endings.join(', ') } : undefined;
  }
  if (typeof value !== 'string' || value === '' || value.includes('{{')) return undefined;
  switch (typeOf(spec)) {
    case 'INT':
      return /^[+-]?\d+$/.test(value) ? bounds(spec, Number(value)) : { key: 'integer', value: '' };
    case 'FLOAT':
      return Number.isFinite(Number(value)) ? bounds(spec, Number(value)) : { key: 'number', value: '' };
    case 'JSON':
      return parseJson(value) === undefined ? { key: 'json', value: '' } : undefined;
    case 'DURATION':
      return parseDuration(value) === undefined ? { key: 'duration', value: '' } : undefined;
    default:
      return undefined;
  }
}

function bounds(spec: InputSpec, value: number): Complaint | undefined {
  if (spec.min !== undefined && value < Number(spec.min)) return { key: 'least', value: String(spec.min) };
  if (spec.max !== undefined && value > Number(spec.max) && Number(spec.max) >= Number(spec.min ?? -Infinity)) return { key: 'most', value: String(spec.max) };
  return undefined;
}
