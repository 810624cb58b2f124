// What is open beside a list is in the address, as `selected`.
import { computed, type ComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';

export interface Side { selected: ComputedRef<string>; to: (key: string) => string; close: () => void }

export function useSide(name = 'selected'): Side {
  const route = useRoute();
  const router = useRouter();
  const selected = computed(() => String(route.query[name] ?? ''));
  const at = (key: string | undefined) => ({ path: route.path, query: { ...route.query, [name]: key } });
  return { selected, to: (key) => router.resolve(at(key)).fullPath, close: () => void router.replace(at(undefined)) };
}
