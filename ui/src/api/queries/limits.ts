import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { api, raw, take, tenant, type Schemas } from '../client';

export type ConcurrencyLimit = Schemas['ConcurrencyLimit'];

export const useLimits = (query: MaybeRefOrGetter<string>, refetchInterval: number | false = false) =>
  useQuery({
    queryKey: [tenant, 'limits', computed(() => toValue(query))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/concurrency-limit/search', { params: { path: { tenant } }, signal, ...raw(toValue(query)) })),
    placeholderData: (before) => before,
    refetchInterval,
  });

// Repairs the counter of running executions.
export function useSetLimit() {
  const client = useQueryClient();
  return async (limit: ConcurrencyLimit): Promise<void> => {
    await take(api.PUT('/api/v1/{tenant}/concurrency-limit/{namespace}/{flowId}', { params: { path: { tenant, namespace: limit.namespace, flowId: limit.flowId } }, body: limit as never }));
    await client.invalidateQueries({ queryKey: [tenant, 'limits'] });
  };
}
