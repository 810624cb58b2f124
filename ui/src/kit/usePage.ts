// The page of a list that is not in the address; it begins anew when something else is listed.
import { ref, watch, type Ref } from 'vue';

export function usePage(listed: () => string): Ref<number> {
  const page = ref(1);
  // At once: the request for the new list is one for its first page.
  watch(listed, () => { page.value = 1; }, { flush: 'sync' });
  return page;
}
