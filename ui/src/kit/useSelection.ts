// Which rows of a list are selected: some by their keys, or all that match the filters. A change of the filters ends the selection.
import { computed, ref, watch, type Ref } from 'vue';

export interface Selection { ids: Ref<Set<string>>; all: Ref<boolean>; any: Readonly<Ref<boolean>>; clear: () => void }

export function useSelection(query: Ref<string>): Selection {
  const ids = ref(new Set<string>());
  const all = ref(false);
  const clear = (): void => {
    ids.value = new Set();
    all.value = false;
  };
  watch(ids, () => { all.value = false; });
  watch(query, clear);
  return { ids, all, any: computed(() => ids.value.size > 0), clear };
}
