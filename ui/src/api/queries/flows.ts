import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { useTopic } from '../live/useTopic';
import { api, bulk, form, raw, take, tenant, yaml, type Schemas } from '../client';

export type Flow = Schemas['Flow'];
export type FlowWithSource = Schemas['FlowWithSource'];
export type Diagnostic = Schemas['Diagnostic'];
export type Violation = Schemas['Violation'];

export type FlowOverview = Schemas['FlowOverview'];
// The last runs, the triggers and the next date of the flows of a page, in one request (UI-261).
const bars = 20;
export const useFlowsOverview = (flows: MaybeRefOrGetter<{ namespace: string; id: string }[]>) =>
  useQuery({
    queryKey: [tenant, 'executions', 'overview', computed(() => toValue(flows))],
    queryFn: ({ signal }) => take(api.POST('/api/v1/{tenant}/flows/overview', { params: { path: { tenant } }, body: { flows: toValue(flows), last: bars }, signal })),
    enabled: computed(() => toValue(flows).length > 0),
    placeholderData: (before) => before,
  });

export const useFlows = (query: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'flows', 'search', computed(() => toValue(query))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/flows/search', { params: { path: { tenant } }, signal, ...raw(toValue(query)) })),
    placeholderData: (before) => before,
  });

// Live: a revision that somebody else saves is seen at once (UI-308).
export function useFlow(namespace: MaybeRefOrGetter<string>, id: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean> = true) {
  const flow = useQuery({
    queryKey: [tenant, 'flow', computed(() => toValue(namespace)), computed(() => toValue(id))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/flows/{namespace}/{id}', { params: { path: { tenant, namespace: toValue(namespace), id: toValue(id) }, query: { source: true } }, signal })),
    enabled: computed(() => toValue(enabled)),
  });
  useTopic(computed(() => (toValue(enabled) && toValue(namespace) !== '' && toValue(id) !== '' ? `flow:${toValue(namespace)}/${toValue(id)}` : '')), () => flow.refetch(), {
    frame: ({ patch, gone }, soon) => {
      const known = flow.data.value;
      const told = patch as { revision: number; disabled: boolean; deleted: boolean } | undefined;
      if (gone !== undefined || (known !== undefined && (told?.revision !== known.revision || told.deleted || told.disabled !== known.disabled))) soon();
    },
  });
  return flow;
}

// The last source of a flow that was deleted.
export const useDeletedFlow = (namespace: MaybeRefOrGetter<string>, id: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'deleted-flow', computed(() => toValue(namespace)), computed(() => toValue(id))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/flows/{namespace}/{id}', { params: { path: { tenant, namespace: toValue(namespace), id: toValue(id) }, query: { source: true, allowDeleted: true } }, signal })),
    retry: false,
    gcTime: 0,
  });

// As it is now on the server, not as it was asked last.
export const fetchFlow = (namespace: string, id: string) =>
  take(api.GET('/api/v1/{tenant}/flows/{namespace}/{id}', { params: { path: { tenant, namespace, id }, query: { source: true } } }));

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

export type ServerGraph = Schemas['FlowGraph'];
export type DependencyGraph = Schemas['FlowTopologyGraph'];

export const useFlowGraph = (namespace: MaybeRefOrGetter<string>, id: MaybeRefOrGetter<string>, revision: MaybeRefOrGetter<number>) =>
  useQuery({
    queryKey: [tenant, 'flow-graph', computed(() => toValue(namespace)), computed(() => toValue(id)), computed(() => toValue(revision))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/flows/{namespace}/{id}/graph', { params: { path: { tenant, namespace: toValue(namespace), id: toValue(id) }, query: { revision: toValue(revision) } }, signal })),
    placeholderData: (before) => before,
  });

// The graph of a flow as it is now, asked for once by somebody who wants to see it.
export function useSubflowGraph() {
  const client = useQueryClient();
  return (namespace: string, id: string) => client.fetchQuery({
    queryKey: [tenant, 'flow-graph', namespace, id, 'latest'],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/flows/{namespace}/{id}/graph', { params: { path: { tenant, namespace, id } }, signal })),
    staleTime: 10_000,
  });
}

// The graph of a text that is not saved. A text that the server cannot draw leaves the last picture.
export const useSourceGraph = (source: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: [tenant, 'source-graph', computed(() => toValue(source))],
    queryFn: ({ signal }) => take(api.POST('/api/v1/{tenant}/flows/graph', { params: { path: { tenant } }, body: toValue(source), signal, ...yaml })),
    enabled: computed(() => toValue(enabled)),
    placeholderData: (before) => before,
    retry: false,
    gcTime: 0,
  });

export const useFlowDependencies = (namespace: MaybeRefOrGetter<string>, id: MaybeRefOrGetter<string>, all: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: [tenant, 'dependencies', computed(() => toValue(namespace)), computed(() => toValue(id)), computed(() => toValue(all))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/flows/{namespace}/{id}/dependencies', { params: { path: { tenant, namespace: toValue(namespace), id: toValue(id) }, query: { expandAll: toValue(all) } }, signal })),
    placeholderData: (before) => before,
  });

export const useNamespaceDependencies = (namespace: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'dependencies', computed(() => toValue(namespace))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/namespaces/{namespace}/dependencies', { params: { path: { tenant, namespace: toValue(namespace) } }, signal })),
  });

export type FlowBulkAction = 'enable' | 'disable' | 'delete';
export interface FlowName { namespace: string; id: string }

// Enables, disables or deletes many flows: those named, or all that match the filters.
export function useBulkFlows() {
  const client = useQueryClient();
  return async (action: FlowBulkAction, which: FlowName[] | string): Promise<number> => {
    const method = action === 'delete' ? 'DELETE' : 'POST';
    const answer = typeof which === 'string'
      ? await bulk(method, `/api/v1/{tenant}/flows/${action}/by-query`, { query: which })
      : await bulk(method, `/api/v1/{tenant}/flows/${action}/by-ids`, { body: which });
    await client.invalidateQueries({ queryKey: [tenant, 'flows'] });
    await client.invalidateQueries({ queryKey: [tenant, 'flow'] });
    return answer.count;
  };
}

export const exportFlows = async (flows: FlowName[]): Promise<Blob> =>
  (await take(api.POST('/api/v1/{tenant}/flows/export/by-ids', { params: { path: { tenant } }, body: flows as never, parseAs: 'blob' }))) as unknown as Blob;

// The names of the files or flows that were refused; an empty list: all of them are there now.
export function useImportFlows() {
  const client = useQueryClient();
  return async (file: File): Promise<string[]> => {
    const data = new FormData();
    data.append('fileUpload', file, file.name);
    const refused = await take(api.POST('/api/v1/{tenant}/flows/import', { params: { path: { tenant }, query: { failOnError: false } }, body: data as never, ...form }));
    await client.invalidateQueries({ queryKey: [tenant, 'flows'] });
    return (refused as unknown[]).map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  };
}

export const useSourceSearch = (query: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: [tenant, 'flows', 'source', computed(() => toValue(query))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/flows/source', { params: { path: { tenant } }, signal, ...raw(toValue(query)) })),
    placeholderData: (before) => before,
    enabled: computed(() => toValue(enabled)),
  });

export const useRevisions = (namespace: MaybeRefOrGetter<string>, id: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'flow', computed(() => toValue(namespace)), computed(() => toValue(id)), 'revisions'],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/flows/{namespace}/{id}/revisions', { params: { path: { tenant, namespace: toValue(namespace), id: toValue(id) } }, signal })),
  });

export function useDeleteRevision() {
  const client = useQueryClient();
  return async (namespace: string, id: string, revision: number): Promise<void> => {
    await take(api.DELETE('/api/v1/{tenant}/flows/{namespace}/{id}/revisions', { params: { path: { tenant, namespace, id }, query: { revisions: [revision] as never } } }));
    await client.invalidateQueries({ queryKey: [tenant, 'flow', namespace, id, 'revisions'] });
  };
}
