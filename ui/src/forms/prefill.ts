// What a form takes over from an earlier execution, or from the last time (UI-535, UI-536). Pure.
import type { Label } from './labels';
import type { FieldValue, InputSpec } from './values';

// Inputs with dots in their ids are nested in an execution.
function valueAt(inputs: Readonly<Record<string, unknown>>, id: string): unknown {
  if (id in inputs) return inputs[id];
  return id.split('.').reduce<unknown>((at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined), inputs);
}
const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
// The names of the inputs of an execution that the flow no longer has.
function gone(inputs: Readonly<Record<string, unknown>>, ids: readonly string[], before = ''): string[] {
  return Object.entries(inputs).flatMap(([key, value]) => {
    const name = `${before}${key}`;
    if (ids.includes(name)) return [];
    return ids.some((id) => id.startsWith(`${name}.`)) && isMap(value) ? gone(value, ids, `${name}.`) : [name];
  });
}

export interface Prefill { values: Record<string, unknown>; missing: string[]; secrets: string[] }
// Values of secrets are not taken: an execution has only their masks.
export function prefillOf(specs: readonly InputSpec[], inputs: Readonly<Record<string, unknown>>): Prefill {
  const values: Record<string, unknown> = {};
  const secrets: string[] = [];
  for (const spec of specs) {
    const value = valueAt(inputs, spec.id);
    if (value === undefined || value === null) continue;
    if (spec.type === 'SECRET') secrets.push(spec.id);
    else values[spec.id] = value;
  }
  return { values, secrets, missing: gone(inputs, specs.map((spec) => spec.id)) };
}

// Labels of the system belong to the execution that has them.
export const labelsToKeep = (labels: readonly Label[]): Label[] => labels.filter((label) => !label.key.startsWith('system.')).map(({ key, value }) => ({ key, value }));

// `?prefill=ID&input.NAME=VALUE` of an address.
export function askedBy(query: Readonly<Record<string, unknown>>): { prefill?: string; values?: Record<string, string> } | undefined {
  const text = (value: unknown): string => String(Array.isArray(value) ? (value[0] ?? '') : (value ?? ''));
  const values = Object.fromEntries(Object.entries(query).filter(([key]) => key.startsWith('input.') && key.length > 'input.'.length).map(([key, value]) => [key.slice('input.'.length), text(value)]));
  const prefill = text(query['prefill']);
  if (prefill === '' && Object.keys(values).length === 0) return undefined;
  return { ...(prefill === '' ? {} : { prefill }), ...(Object.keys(values).length === 0 ? {} : { values }) };
}

export type LastValues = Record<string, Record<string, string | string[] | boolean>>;
const mostFlows = 50;
// What somebody entered, by flow; neither secrets nor files. The flow that was used longest ago leaves.
export function keptLast(last: LastValues, flow: string, fields: readonly { spec: InputSpec; touched: boolean; value: FieldValue }[]): LastValues {
  const mine = Object.fromEntries(fields.flatMap(({ spec, touched, value }): [string, string | string[] | boolean][] => {
    if (!touched || spec.type === 'SECRET' || value === undefined || value === null || value instanceof File) return [];
    return [[spec.id, value]];
  }));
  const others = Object.entries(last).filter(([name]) => name !== flow).slice(-(mostFlows - 1));
  return Object.fromEntries([...others, ...(Object.keys(mine).length === 0 ? [] : [[flow, mine] as const])]);
}
