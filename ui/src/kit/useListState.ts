// Filters, sort and page of a list are its address: the chips, the address and the request are one set (UI-9, UI-10).
import { computed, type ComputedRef, type WritableComputedRef } from 'vue';
import { useRoute, useRouter, type LocationQuery } from 'vue-router';
import { fromOldPairs, fromPairs, toPairs, type Filter } from '@/model/filters';

export interface ListState {
  filters: WritableComputedRef<Filter[]>;
  sort: WritableComputedRef<string>;
  page: WritableComputedRef<number>;
  query: ComputedRef<string>; // what the API gets
}

export const pairsOf = (query: LocationQuery): [string, string][] =>
  Object.entries(query).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, one ?? '']));

export function useListState(options: { sort: string; size: number; defaults?: Filter[] }): ListState {
  const route = useRoute();
  const router = useRouter();
  const pairs = computed(() => pairsOf(route.query));
  const touched = computed(() => route.query['filters'] === 'none');
  const current = computed(() => {
    const found = [...fromPairs(pairs.value), ...fromOldPairs(pairs.value.filter(([name]) => !name.startsWith('filters['))).filters];
    return found.length === 0 && !touched.value ? (options.defaults ?? []) : found;
  });
  const go = (filters: Filter[], sort: string, page: number): void => {
    const none = filters.length === 0 && (options.defaults ?? []).length > 0;
    const kept = Object.fromEntries(toPairs(filters));
    void router.push({
      query: { ...kept, ...(none ? { filters: 'none' } : {}), ...(sort === options.sort ? {} : { sort }), ...(page === 1 ? {} : { page: String(page) }) },
    });
  };
  const sort = computed({ get: () => String(route.query['sort'] ?? options.sort), set: (value) => go(current.value, value, 1) });
  const page = computed({ get: () => Math.max(1, Number(route.query['page'] ?? 1) || 1), set: (value) => go(current.value, sort.value, value) });
  const filters = computed({ get: () => current.value, set: (value) => go(value, sort.value, 1) });
  const query = computed(() => new URLSearchParams([...toPairs(current.value), ['sort', sort.value], ['page', String(page.value)], ['size', String(options.size)]]).toString());
  return { filters, sort, page, query };
}
