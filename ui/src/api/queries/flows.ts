import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { api, raw, take, tenant, yaml, type Schemas } from '../client';

export type Flow = Schemas['Flow'];
export type FlowWithSource = Schemas['FlowWithSource'];
export type Diagnostic = Schemas['Diagnostic'];
export type Violation = Schemas['Violation'];

export const useFlows = (query: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'flows', 'search', computed(() => toValue(query))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/flows/search', { params: { path: { tenant } }, signal, ...raw(toValue(query)) })),
    placeholderData: (before) => before,
  });

// A revision that somebody else saves is seen within ten seconds (UI-308).
const newerEvery = 8000;

export const useFlow = (namespace: MaybeRefOrGetter<string>, id: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean> = true) =>
  useQuery({
    queryKey: [tenant, 'flow', computed(() => toValue(namespace)), computed(() => toValue(id))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/flows/{namespace}/{id}', { params: { path: { tenant, namespace: toValue(namespace), id: toValue(id) }, query: { source: true } }, signal })),
    enabled: computed(() => toValue(enabled)),
    refetchInterval: newerEvery,
  });

export const searchFlows = (text: string, signal?: AbortSignal) => {
  const query = new URLSearchParams([['size', '20'], ['sort', 'id:asc'], ...(text === '' ? [] : [['filters[q][EQUALS]', text]])]).toString();
  return take(api.GET('/api/v1/{tenant}/flows/search', { params: { path: { tenant } }, ...raw(query), ...(signal ? { signal } : {}) }));
};

export const validateFlow = (source: string, signal: AbortSignal) =>
  take(api.POST('/api/v1/{tenant}/flows/validate', { params: { path: { tenant } }, body: source, signal, ...yaml }));

export function useSaveFlow() {
  const client = useQueryClient();
  return async (source: string, existing?: { namespace: string; id: string }): Promise<FlowWithSource> => {
    const saved = existing
      ? await take(api.PUT('/api/v1/{tenant}/flows/{namespace}/{id}', { params: { path: { tenant, ...existing } }, body: source, ...yaml }))
      : await take(api.POST('/api/v1/{tenant}/flows', { params: { path: { tenant } }, body: source, ...yaml }));
    client.setQueryData([tenant, 'flow', saved.namespace, saved.id], saved);
    void client.invalidateQueries({ queryKey: [tenant, 'flows'] });
    return saved;
  };
}

export function useDeleteFlow() {
  const client = useQueryClient();
  return async (namespace: string, id: string): Promise<void> => {
    await take(api.DELETE('/api/v1/{tenant}/flows/{namespace}/{id}', { params: { path: { tenant, namespace, id } } }));
    client.removeQueries({ queryKey: [tenant, 'flow', namespace, id] });
    void client.invalidateQueries({ queryKey: [tenant, 'flows'] });
  };
}
