// Keeps what is typed half a second after the last key, and offers what an earlier visit left until somebody says what to do with it (UI-1085).
import { onScopeDispose, ref, watch, type Ref } from 'vue';
import { dropDraft, keepDraft, readDraft, type Draft } from '@/kit/drafts';

const wait = 500;
const browser = { read: readDraft, keep: keepDraft, drop: dropDraft };

export function useDraft(key: string, source: Ref<string>, saved: Ref<string>, store = browser) {
  const found = ref<Draft>(); // the draft of an earlier visit; the store may have the text of this visit in its place
  const keptAt = ref(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  void store.read(key).then((draft) => {
    if (draft && draft.text !== saved.value && draft.text !== source.value) found.value = draft;
  });
  // The text of this visit needs no draft: the store has the old one again where nobody has answered.
  async function settle(): Promise<void> {
    keptAt.value = 0;
    if (found.value?.text === saved.value) found.value = undefined;
    await (found.value ? store.keep({ ...found.value }) : store.drop(key));
  }
  async function keep(): Promise<void> {
    if (source.value === saved.value) await settle();
    else if (await store.keep({ key, text: source.value, base: saved.value, at: Date.now() })) keptAt.value = Date.now();
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
  // The text was saved or given up.
  async function drop(): Promise<void> {
    clearTimeout(timer);
    await settle();
  }
  // The old draft is not wanted; what is typed now keeps its own.
  async function dismiss(): Promise<void> {
    found.value = undefined;
    if (source.value === saved.value) await store.drop(key);
  }
  return { found, keptAt, restore, drop, dismiss };
}
