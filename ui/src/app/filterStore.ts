// Saved filters of a page, from the server (UI-128).
import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed } from 'vue';
import { tenant } from '@/api/client';
import { createFilter, deleteFilter, fetchFilters, fetchMe, meKey, updateFilter } from '@/api/queries/person';
import type { FilterStore } from '@/kit/savedFilters';

export function useFilterStore(page: string): FilterStore {
  const client = useQueryClient();
  const key = [tenant, 'saved-filters', page];
  const me = useQuery({ queryKey: meKey, queryFn: fetchMe, staleTime: Infinity });
  const found = useQuery({ queryKey: key, queryFn: ({ signal }) => fetchFilters(page, signal), staleTime: 60_000 });
  const changed = async (): Promise<void> => client.invalidateQueries({ queryKey: key });
  return {
    // Not before it is known whose they are: the default of a page is one's own.
    sets: computed(() => (me.isPending.value ? undefined : found.data.value)?.map((one) => ({ ...one, mine: one.owner === me.data.value?.id }))),
    create: async (body) => { await createFilter({ page, ...body }); await changed(); },
    update: async (id, body) => { await updateFilter(id, { page, ...body }); await changed(); },
    remove: async (id) => { await deleteFilter(id); await changed(); },
  };
}
