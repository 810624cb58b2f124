// What past executions tell: what happened in one, two side by side, the last ones of a flow.
import { useInfiniteQuery, useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { api, raw, take, tenant, type Schemas } from '../client';

export type HistoryEntry = Schemas['HistoryEntry'];
export type Comparison = Schemas['Comparison'];
export type ComparedTask = Schemas['ComparedTask'];
export type ComparedValue = Schemas['ComparedValue'];
export type FlowGrid = Schemas['FlowGrid'];
const aPage = 500;

export const fetchHistory = (executionId: string, after: string, signal?: AbortSignal) =>
  take(api.GET('/api/v1/{tenant}/executions/{executionId}/history', { params: { path: { tenant, executionId }, query: { size: aPage, ...(after === '' ? {} : { after }) } as never }, ...(signal ? { signal } : {}) }));

export const useHistory = (executionId: MaybeRefOrGetter<string>) =>
  useInfiniteQuery({
    queryKey: [tenant, 'history', computed(() => toValue(executionId))],
    queryFn: ({ pageParam, signal }) => fetchHistory(toValue(executionId), pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

export const useComparison = (left: MaybeRefOrGetter<string>, right: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'comparison', computed(() => toValue(left)), computed(() => toValue(right))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/executions/compare', { params: { path: { tenant }, query: { left: toValue(left), right: toValue(right) } }, signal })),
    enabled: computed(() => toValue(left) !== '' && toValue(right) !== ''),
  });

// The newest execution of the flow that ended well, other than this one; nothing if there is none.
export async function lastSuccess(namespace: string, flowId: string, not: string): Promise<string | undefined> {
  const query = new URLSearchParams([['filters[namespace][EQUALS]', namespace], ['filters[flowId][EQUALS]', flowId], ['filters[state][IN]', 'SUCCESS'], ['sort', 'state.startDate:desc'], ['size', '2']]);
  const found = await take(api.GET('/api/v1/{tenant}/executions/search', { params: { path: { tenant } }, ...raw(query.toString()) }));
  return found.results.find((one) => one.id !== not)?.id;
}

export const useFlowGrid = (namespace: MaybeRefOrGetter<string>, id: MaybeRefOrGetter<string>, runs: MaybeRefOrGetter<number>) =>
  useQuery({
    queryKey: [tenant, 'grid', computed(() => toValue(namespace)), computed(() => toValue(id)), computed(() => toValue(runs))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/flows/{namespace}/{id}/grid', { params: { path: { tenant, namespace: toValue(namespace), id: toValue(id) }, query: { runs: toValue(runs) } }, signal })),
    placeholderData: (before) => before,
  });

export const useFlowInsight = (namespace: MaybeRefOrGetter<string>, id: MaybeRefOrGetter<string>, last: MaybeRefOrGetter<number>) =>
  useQuery({
    queryKey: [tenant, 'insight', computed(() => toValue(namespace)), computed(() => toValue(id)), computed(() => toValue(last))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/flows/{namespace}/{id}/insight', { params: { path: { tenant, namespace: toValue(namespace), id: toValue(id) }, query: { last: toValue(last) } }, signal })),
    placeholderData: (before) => before,
  });
