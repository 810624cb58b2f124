import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import type { Action } from '@/model/state';
import { api, form, raw, take, tenant, type Schemas } from '../client';

export type Execution = Schemas['Execution'];
export type InputsValidation = Schemas['InputsValidation'];

export const executionKey = (id: string) => [tenant, 'execution', id] as const;

const search = (query: string, signal?: AbortSignal) =>
  take(api.GET('/api/v1/{tenant}/executions/search', { params: { path: { tenant } }, ...raw(query), ...(signal ? { signal } : {}) }));

export const useExecutions = (query: MaybeRefOrGetter<string>, refetchInterval: MaybeRefOrGetter<number | false> = false) =>
  useQuery({
    queryKey: [tenant, 'executions', 'search', computed(() => toValue(query))],
    queryFn: ({ signal }) => search(toValue(query), signal),
    placeholderData: (before) => before,
    refetchInterval: computed(() => toValue(refetchInterval)),
  });

export const useExecution = (id: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'execution', computed(() => toValue(id))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/executions/{executionId}', { params: { path: { tenant, executionId: toValue(id) } }, signal })),
  });

export const useFlowOfExecution = (id: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'execution-flow', computed(() => toValue(id))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/executions/{executionId}/flow', { params: { path: { tenant, executionId: toValue(id) } }, signal })),
    staleTime: Infinity,
  });

// The newest executions of these namespaces in one request, for the bars of the flow list, until the server has `flows/overview`.
const mostRecent = 200;
export const recentRuns = (namespaces: readonly string[], signal?: AbortSignal) =>
  search(new URLSearchParams([['filters[namespace][IN]', namespaces.join(',')], ['sort', 'state.startDate:desc'], ['size', String(mostRecent)]]).toString(), signal);

export const validateInputs = (namespace: string, id: string, body: FormData, signal: AbortSignal) =>
  take(api.POST('/api/v1/{tenant}/executions/{namespace}/{id}/validate', { params: { path: { tenant, namespace, id } }, body: body as never, signal, ...form }));

export const validateResume = (executionId: string, body: FormData, signal: AbortSignal) =>
  take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/resume/validate', { params: { path: { tenant, executionId } }, body: body as never, signal, ...form }));

export function useCreateExecution() {
  const client = useQueryClient();
  return async (namespace: string, id: string, body: FormData, labels: string[], scheduleDate?: string) => {
    const created = await take(api.POST('/api/v1/{tenant}/executions/{namespace}/{id}', {
      params: { path: { tenant, namespace, id }, query: { ...(labels.length > 0 ? { labels } : {}), ...(scheduleDate === undefined ? {} : { scheduleDate }) } },
      body: body as never,
      ...form,
    }));
    void client.invalidateQueries({ queryKey: [tenant, 'executions'] });
    return created;
  };
}

// Does one of the actions of UI-621 and puts the answer into the cache; `resume` takes the values of its form.
export function useExecutionAction() {
  const client = useQueryClient();
  return async (executionId: string, action: Action, options: { taskRunId?: string; cascade?: boolean; body?: FormData } = {}): Promise<Execution> => {
    const path = { tenant, executionId };
    const call = (): Promise<Execution> => {
      switch (action) {
        case 'kill':
          return take(api.DELETE('/api/v1/{tenant}/executions/{executionId}/actions/kill', { params: { path, query: { isOnKillCascade: options.cascade ?? true } } }));
        case 'restart':
          return take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/restart', { params: { path } }));
        case 'replay':
          return take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/replay', { params: { path, query: options.taskRunId === undefined ? {} : { taskRunId: options.taskRunId } } }));
        case 'pause':
          return take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/pause', { params: { path } }));
        case 'resume':
          return take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/resume', { params: { path }, body: (options.body ?? new FormData()) as never, ...form }));
      }
    };
    const answer = await call();
    void client.invalidateQueries({ queryKey: [tenant, 'executions'] });
    void client.invalidateQueries({ queryKey: executionKey(executionId) });
    return answer;
  };
}
