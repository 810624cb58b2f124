// Keeps what is typed half a second after the last key, and offers what an earlier visit left.
import { onScopeDispose, ref, watch, type Ref } from 'vue';
import { dropDraft, keepDraft, readDraft, type Draft } from '@/kit/drafts';

const wait = 500;

export function useDraft(key: string, source: Ref<string>, saved: Ref<string>) {
  const found = ref<Draft>();
  const keptAt = ref(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  void readDraft(key).then((draft) => {
    if (draft && draft.text !== saved.value && draft.text !== source.value) found.value = draft;
  });
  async function keep(): Promise<void> {
    if (source.value === saved.value) {
      keptAt.value = 0;
      if (!found.value) await dropDraft(key);
    } else if (await keepDraft({ key, text: source.value, base: saved.value, at: Date.now() })) {
      keptAt.value = Date.now();
      found.value = undefined; // the new text took the place of the old draft
    }
  }
  watch([source, saved], () => {
    clearTimeout(timer);
    timer = setTimeout(() => void keep(), wait);
  });
  onScopeDispose(() => clearTimeout(timer));
  function restore(): void {
    if (found.value) source.value = found.value.text;
    found.value = undefined;
  }
  async function drop(): Promise<void> {
    clearTimeout(timer);
    found.value = undefined;
    await dropDraft(key);
  }
  return { found, keptAt, restore, drop };
}
