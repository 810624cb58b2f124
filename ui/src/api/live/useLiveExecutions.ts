// A list of executions whose rows change in place; those that began since it was read are only counted, so that no row moves away under the
// pointer (UI-595).
import { useQueryClient } from '@tanstack/vue-query';
import { computed, ref, toValue, watch, type MaybeRefOrGetter } from 'vue';
import { tenant } from '../client';
import { newer as later, useExecutions, type Execution } from '../queries/executions';
import { useTopic } from './useTopic';

const least = 1000;
const most = 10_000; // that are counted one by one
interface Page { results: Execution[]; total: number }

export const topicOf = (filters: string): string => (filters === '' ? 'executions' : `executions?${filters}`);

export function useLiveExecutions(query: MaybeRefOrGetter<string>, filters: MaybeRefOrGetter<string>, newestFirst: MaybeRefOrGetter<boolean>) {
  const client = useQueryClient();
  const executions = useExecutions(query);
  const seen = ref(new Map<string, number>()); // executions that are not in the list, and when they began
  watch(() => toValue(query), () => seen.value.clear());
  const newest = computed(() => Math.max(0, ...(executions.data.value?.results ?? []).map((row) => Date.parse(row.state.startDate))));
  const newer = computed(() => (toValue(newestFirst) ? [...seen.value.values()].filter((began) => began > newest.value).length : 0));
  useTopic(computed(() => topicOf(toValue(filters))), () => executions.refetch(), {
    least,
    frame: ({ rows = [], gone = [] }, soon) => {
      const changed = new Map((rows as Execution[]).map((row) => [row.id, row]));
      const shown = new Set(executions.data.value?.results.map((row) => row.id));
      client.setQueryData<Page>([tenant, 'executions', 'search', toValue(query)], (old) => old && { ...old, results: old.results.map((row) => { const next = changed.get(row.id); return next === undefined ? row : later(next, row); }) });
      for (const row of changed.values()) if (!shown.has(row.id) && seen.value.size < most) seen.value.set(row.id, Date.parse(row.state.startDate));
      for (const id of gone) seen.value.delete(id);
      // A row that no longer matches leaves the list, and an empty list takes what begins.
      if (gone.some((id) => shown.has(id)) || (shown.size === 0 && changed.size > 0)) soon();
    },
  });
  return { executions, newer };
}

// A list that is read again when an execution that matches it, or did, has changed.
export function useFreshExecutions(query: MaybeRefOrGetter<string>, enough: MaybeRefOrGetter<boolean> = false) {
  const executions = useExecutions(query);
  useTopic(() => (toValue(enough) ? '' : topicOf(new URLSearchParams([...new URLSearchParams(toValue(query))].filter(([name]) => name.startsWith('filters['))).toString())), () => executions.refetch(), {
    least,
    frame: ({ rows = [], gone = [] }, soon) => { if (rows.length > 0 || executions.data.value?.results.some((row) => gone.includes(row.id))) soon(); },
  });
  return executions;
}
