// What a form sends, and what it keeps of an answer of the server.
import { complaint, sent, shown, typeOf, type Complaint, type FieldValue, type InputSpec } from './values';

export interface ServerInput { input: InputSpec; value?: unknown; enabled: boolean; isDefault: boolean; errors: { message: string; renderError: boolean }[] }
export interface ServerCheck { message: string; style: string; behavior: string }
export interface ServerAnswer { inputs: ServerInput[]; checks: ServerCheck[] }
// What a check of inputs answers (api/queries/executions), as a form holds it.
interface Validation { inputs: { input: object; value?: unknown; enabled: boolean; isDefault: boolean; errors?: { message: string; renderError?: boolean }[] }[]; checks: ServerCheck[] }
export const asServerAnswer = ({ inputs, checks }: Validation): ServerAnswer => ({
  inputs: inputs.map(({ input, value, enabled, isDefault, errors = [] }) => ({ input: input as InputSpec, value, enabled, isDefault, errors: errors.map(({ message, renderError = false }) => ({ message, renderError })) })), checks,
});

export interface Field { spec: InputSpec; enabled: boolean; isDefault: boolean; touched: boolean; sends: boolean; value: FieldValue; complaint: Complaint | undefined; error: string; warning: string }
export type Values = Map<string, FieldValue>;

// A prefilled input has no default: what the form shows is sent, also where nobody touched it (UI-540).
const prefilled = (input: InputSpec): boolean => input.prefill !== undefined && input.prefill !== null && input.defaults === undefined;

// Only what somebody gave or the form filled in is sent; defaults are the server's. An emptied prefill is sent as an empty text, which means null.
export function bodyOf(inputs: readonly ServerInput[], values: Values, touched: ReadonlySet<string>): FormData {
  const data = new FormData();
  for (const { input, enabled } of inputs) {
    if (!enabled || !(touched.has(input.id) || prefilled(input))) continue;
    const value = sent(input, values.get(input.id));
    if (value instanceof File) data.append('files', value, input.id);
    else if (value !== undefined) data.append(input.id, value);
    else if (input.prefill !== undefined && input.required === false) data.append(input.id, '');
  }
  return data;
}

// To be checked a file is not sent: it may be large, and only the browser's own check concerns it.
export function checkBodyOf(inputs: readonly ServerInput[], values: Values, touched: ReadonlySet<string>): FormData {
  const data = new FormData();
  for (const [key, value] of bodyOf(inputs, values, touched)) {
    if (typeof value === 'string') data.append(key, value);
  }
  return data;
}

// A value that somebody touched is never overwritten; a choice that is no longer offered is taken away.
export function mergeAnswer(answer: ServerAnswer, first: boolean, values: Values, touched: Set<string>, given: Record<string, unknown>): void {
  for (const { input, value } of answer.inputs) {
    if (first && input.id in given && !touched.has(input.id)) {
      values.set(input.id, shown(input, given[input.id]));
      touched.add(input.id);
    } else if (!touched.has(input.id)) values.set(input.id, shown(input, value ?? input.prefill));
    const chosen = values.get(input.id);
    if (typeOf(input) === 'SELECT' && typeof chosen === 'string' && input.values && !input.values.includes(chosen) && !input.allowCustomValue) values.set(input.id, undefined);
  }
}

// Values of somewhere else, for the inputs that are there.
export function takeOver(inputs: readonly ServerInput[], given: Readonly<Record<string, unknown>>, values: Values, touched: Set<string>): void {
  for (const { input } of inputs) {
    if (!(input.id in given)) continue;
    values.set(input.id, shown(input, given[input.id]));
    touched.add(input.id);
  }
}

export function fieldOf(server: ServerInput, value: FieldValue, touched: boolean, pressed: boolean): Field {
  const mine = complaint(server.input, value);
  const seen = touched || pressed;
  return {
    spec: server.input, enabled: server.enabled, isDefault: server.isDefault && !touched, touched, sends: touched || prefilled(server.input), value,
    complaint: seen ? mine : undefined,
    error: seen && !mine && !(value instanceof File) ? (server.errors.find((error) => !error.renderError)?.message ?? '') : '',
    warning: server.errors.find((error) => error.renderError)?.message ?? '',
  };
}

export const needsAnswer = (inputs: readonly ServerInput[]): boolean => inputs.some(({ input }) => prefilled(input));
