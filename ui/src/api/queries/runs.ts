// The task runs of an execution of any length, by pages.
import { useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { mayPass } from '../errors';
import { api, take, tenant, type Schemas } from '../client';

export type RunPage = Schemas['RunPage'];
export interface RunQuery { parent?: string; state?: string[]; taskId?: string; q?: string; sort?: 'start' | 'state'; after?: string; size?: number }
export const runsAPage = 500;

export const fetchRuns = (executionId: string, query: RunQuery, signal?: AbortSignal): Promise<RunPage> =>
  take(api.GET('/api/v1/{tenant}/executions/{executionId}/runs', { params: { path: { tenant, executionId }, query: query as never }, ...(signal ? { signal } : {}) }));

export const againAfter = 5000; // a failure that may pass: what is shown is then old

export const useRuns = (executionId: MaybeRefOrGetter<string>, query: MaybeRefOrGetter<RunQuery>, enabled: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: [tenant, 'runs', computed(() => toValue(executionId)), computed(() => toValue(query))],
    queryFn: ({ signal }) => fetchRuns(toValue(executionId), toValue(query), signal),
    enabled: computed(() => toValue(enabled)),
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => (mayPass(state.error) ? againAfter : false),
  });
