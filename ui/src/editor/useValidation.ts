// Asks the server about the text 300 ms after the last key, one request at a time; an answer to an older text is dropped.
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import type { Problem } from './diagnostics';

const wait = 300;

export function useValidation(text: Ref<string>, check: (source: string, signal: AbortSignal) => Promise<Problem[]>) {
  const problems = shallowRef<Problem[]>([]);
  const checking = ref(false);
  const checkedText = ref('');
  const failed = ref('');
  const took = ref(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;

  async function run(): Promise<void> {
    running?.abort();
    const mine = (running = new AbortController());
    const source = text.value;
    const begin = performance.now();
    checking.value = true;
    try {
      const found = await check(source, mine.signal);
      if (mine.signal.aborted) return;
      problems.value = found;
      checkedText.value = source;
      took.value = Math.round(performance.now() - begin);
      failed.value = '';
    } catch (error) {
      if (!mine.signal.aborted) failed.value = error instanceof Error ? error.message : String(error);
    } finally {
      if (running === mine) checking.value = false;
    }
  }
  watch(text, () => {
    clearTimeout(timer);
    checking.value = true;
    timer = setTimeout(() => void run(), wait);
  });
  void run();
  onScopeDispose(() => {
    clearTimeout(timer);
    running?.abort();
  });
  return { problems, checking, checkedText, failed, took };
}
