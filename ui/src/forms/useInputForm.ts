// The state of a form of inputs. The server fills it: on opening and 500 ms after each change it says values, options, errors and what is hidden;
// a late answer never overwrites what somebody touched (UI-531).
import { computed, onScopeDispose, reactive, ref, shallowRef } from 'vue';
import { complaint, sent, shown, typeOf, type Complaint, type FieldValue, type InputSpec } from './values';

export interface ServerInput { input: InputSpec; value?: unknown; enabled: boolean; isDefault: boolean; errors: { message: string; renderError: boolean }[] }
export interface ServerCheck { message: string; style: string; behavior: string }
export interface ServerAnswer { inputs: ServerInput[]; checks: ServerCheck[] }
export interface Field { spec: InputSpec; enabled: boolean; isDefault: boolean; touched: boolean; value: FieldValue; complaint: Complaint | undefined; error: string; warning: string }

const wait = 500;

export function useInputForm(ask: (body: FormData, signal: AbortSignal) => Promise<ServerAnswer>, given: Record<string, unknown> = {}) {
  const values = reactive(new Map<string, FieldValue>());
  const touched = reactive(new Set<string>());
  const answer = shallowRef<ServerAnswer>();
  const pressed = ref(false);
  const asking = ref(false);
  const failure = shallowRef<unknown>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;

  const fields = computed<Field[]>(() => (answer.value?.inputs ?? []).map((input) => {
    const value = values.get(input.input.id);
    const mine = complaint(input.input, value);
    const seen = touched.has(input.input.id) || pressed.value;
    const broken = input.errors.find((error) => error.renderError)?.message ?? '';
    return {
      spec: input.input, enabled: input.enabled, isDefault: input.isDefault && !touched.has(input.input.id), touched: touched.has(input.input.id), value,
      complaint: seen ? mine : undefined, error: seen && !mine ? (input.errors.find((error) => !error.renderError)?.message ?? '') : '', warning: broken,
    };
  }));
  const visible = computed(() => fields.value.filter((field) => field.enabled));
  const wrong = computed(() => visible.value.filter((field) => field.complaint !== undefined || field.error !== ''));
  const checks = computed(() => answer.value?.checks ?? []);
  const blocked = computed(() => checks.value.some((check) => check.behavior === 'BLOCK_EXECUTION'));

  // What will be sent: only what somebody gave; defaults are the server's.
  function body(): FormData {
    const data = new FormData();
    for (const input of answer.value?.inputs ?? []) {
      if (!input.enabled || !touched.has(input.input.id)) continue;
      const value = sent(input.input, values.get(input.input.id));
      if (value instanceof File) data.append('files', value, input.input.id);
      else if (value !== undefined) data.append(input.input.id, value);
      else if (input.input.prefill !== undefined && input.input.required === false) data.append(input.input.id, '');
    }
    return data;
  }
  // A file is not sent to be checked: its name stands for it.
  function checkBody(): FormData {
    const data = new FormData();
    for (const [key, value] of body()) {
      if (value instanceof File) data.append('files', new File([''], value.name), value.name);
      else data.append(key, value);
    }
    return data;
  }
  function take(next: ServerAnswer): void {
    for (const input of next.inputs) {
      const { id } = input.input;
      if (!answer.value && id in given && !touched.has(id)) {
        values.set(id, shown(input.input, given[id]));
        touched.add(id);
      } else if (!touched.has(id)) values.set(id, shown(input.input, input.value ?? input.input.prefill));
      const chosen = values.get(id);
      const options = input.input.values;
      if (typeOf(input.input) === 'SELECT' && typeof chosen === 'string' && options && !options.includes(chosen) && !input.input.allowCustomValue) values.set(id, undefined);
    }
    answer.value = next;
  }
  async function refresh(): Promise<void> {
    running?.abort();
    const mine = (running = new AbortController());
    asking.value = true;
    try {
      const first = answer.value === undefined;
      const next = await ask(checkBody(), mine.signal);
      if (mine.signal.aborted) return;
      take(next);
      failure.value = undefined;
      if (first && touched.size > 0) void refresh();
    } catch (error) {
      if (!mine.signal.aborted) failure.value = error;
    } finally {
      if (running === mine) asking.value = false;
    }
  }
  function set(id: string, value: FieldValue): void {
    values.set(id, value);
    touched.add(id);
    clearTimeout(timer);
    asking.value = true;
    timer = setTimeout(() => void refresh(), wait);
  }
  function reset(id?: string): void {
    if (id === undefined) touched.clear();
    else touched.delete(id);
    pressed.value = false;
    void refresh();
  }
  // Waits until the server has seen the last change; true: nothing speaks against sending.
  async function settle(): Promise<boolean> {
    pressed.value = true;
    clearTimeout(timer);
    await refresh();
    return failure.value === undefined && wrong.value.length === 0 && !blocked.value;
  }
  void refresh();
  onScopeDispose(() => {
    clearTimeout(timer);
    running?.abort();
  });
  return { fields, visible, wrong, checks, blocked, asking, failure, answer, set, reset, refresh, settle, body };
}
