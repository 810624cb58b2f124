// Runs one action of a person: busy until it is done, a second click refused, a failure shown in the server's words.
import { ref, type Ref } from 'vue';
import { fail } from './toasts';

interface Detailed { message: string; status?: number; code?: string; lines?: string[]; hint?: string }

export function reportFailure(error: unknown): void {
  const known = error as Detailed;
  fail(known.message, [...(known.lines ?? []), ...(known.hint ? [known.hint] : [])], [known.status ? String(known.status) : '', known.code ?? ''].filter((part) => part !== '' && part !== `HTTP ${known.status}`).join(' '));
}

export function useAction<Arguments extends unknown[]>(action: (...values: Arguments) => Promise<void>): { busy: Ref<boolean>; run: (...values: Arguments) => Promise<void> } {
  const busy = ref(false);
  const run = async (...values: Arguments): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    try {
      await action(...values);
    } catch (error) {
      reportFailure(error);
    } finally {
      busy.value = false;
    }
  };
  return { busy, run };
}
