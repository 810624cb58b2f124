// The state of a form of inputs. The server fills it: on opening and 500 ms after each change it says values, options, errors and what is hidden;
// a late answer never overwrites what somebody touched (UI-531).
import { computed, onScopeDispose, reactive, ref, shallowRef, type Ref } from 'vue';
import { bodyOf, checkBodyOf, fieldOf, mergeAnswer, needsAnswer, takeOver, type ServerAnswer, type Values } from './body';
import type { FieldValue } from './values';

const wait = 500;

// What the form shows: of the server's answer and of what somebody has touched.
function shownBy(answer: Ref<ServerAnswer | undefined>, values: Values, touched: ReadonlySet<string>, pressed: Ref<boolean>) {
  const fields = computed(() => (answer.value?.inputs ?? []).map((one) => fieldOf(one, values.get(one.input.id), touched.has(one.input.id), pressed.value)));
  const visible = computed(() => fields.value.filter((field) => field.enabled));
  const wrong = computed(() => visible.value.filter((field) => field.complaint !== undefined || field.error !== ''));
  const checks = computed(() => answer.value?.checks ?? []);
  const blocked = computed(() => checks.value.some((check) => check.behavior === 'BLOCK_EXECUTION'));
  return { fields, visible, wrong, checks, blocked };
}

export function useInputForm(ask: (body: FormData, signal: AbortSignal) => Promise<ServerAnswer>, given: Record<string, unknown> = {}) {
  const values = reactive(new Map<string, FieldValue>());
  const touched = reactive(new Set<string>());
  const answer = shallowRef<ServerAnswer>();
  const pressed = ref(false);
  const failure = shallowRef<unknown>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;
  const { fields, visible, wrong, checks, blocked } = shownBy(answer, values, touched, pressed);

  async function refresh(): Promise<void> {
    running?.abort();
    const mine = (running = new AbortController());
    try {
      const first = answer.value === undefined;
      const next = await ask(checkBodyOf(answer.value?.inputs ?? [], values, touched), mine.signal);
      if (mine.signal.aborted) return;
      mergeAnswer(next, first, values, touched, given);
      answer.value = next;
      failure.value = undefined;
      if (first && (touched.size > 0 || needsAnswer(next.inputs))) await refresh();
    } catch (error) {
      if (!mine.signal.aborted) failure.value = error;
    }
  }
  function set(id: string, value: FieldValue): void {
    values.set(id, value);
    touched.add(id);
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), wait);
  }
  // Back to the default or the prefill of one input.
  function untouch(id: string): void {
    if (touched.delete(id)) values.delete(id);
    clearTimeout(timer);
    void refresh();
  }
  // Values of somewhere else: those of inputs that are there count as touched, and the server says what it thinks of them.
  function fill(given: Readonly<Record<string, unknown>>): void {
    takeOver(answer.value?.inputs ?? [], given, values, touched);
    clearTimeout(timer);
    void refresh();
  }
  function reset(): void {
    touched.clear();
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
  const body = (): FormData => bodyOf(answer.value?.inputs ?? [], values, touched);
  void refresh();
  onScopeDispose(() => {
    clearTimeout(timer);
    running?.abort();
  });
  return { visible, fields, wrong, checks, blocked, failure, answer, set, untouch, fill, reset, refresh, settle, body };
}
