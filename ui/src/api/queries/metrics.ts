import { useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { api, raw, take, tenant, type Schemas } from '../client';

export type MetricEntry = Schemas['MetricEntry'];

export const useMetricTasks = (namespace: MaybeRefOrGetter<string>, flowId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'metrics', 'tasks', computed(() => toValue(namespace)), computed(() => toValue(flowId))],
    queryFn: async ({ signal }) => (await take(api.GET('/api/v1/{tenant}/metrics/tasks/{namespace}/{flowId}', { params: { path: { tenant, namespace: toValue(namespace), flowId: toValue(flowId) } }, signal }))) as unknown as string[],
  });

export const useMetricNames = (namespace: MaybeRefOrGetter<string>, flowId: MaybeRefOrGetter<string>, taskId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'metrics', 'names', computed(() => toValue(namespace)), computed(() => toValue(flowId)), computed(() => toValue(taskId))],
    queryFn: async ({ signal }): Promise<string[]> => {
      const path = { tenant, namespace: toValue(namespace), flowId: toValue(flowId) };
      const names = toValue(taskId) === ''
        ? await take(api.GET('/api/v1/{tenant}/metrics/names/{namespace}/{flowId}', { params: { path }, signal }))
        : await take(api.GET('/api/v1/{tenant}/metrics/names/{namespace}/{flowId}/{taskId}', { params: { path: { ...path, taskId: toValue(taskId) } }, signal }));
      return names as unknown as string[];
    },
  });

export interface MetricQuestion { namespace: string; flowId: string; taskId: string; metric: string; aggregation: string; start: number; end: number }

export const useMetricAggregates = (question: MaybeRefOrGetter<MetricQuestion>) =>
  useQuery({
    queryKey: [tenant, 'metrics', 'aggregates', computed(() => toValue(question))],
    queryFn: ({ signal }) => {
      const { namespace, flowId, taskId, metric, aggregation, start, end } = toValue(question);
      const query = { aggregation, startDate: new Date(start).toISOString(), endDate: new Date(end).toISOString() };
      const path = { tenant, namespace, flowId, metric };
      return taskId === ''
        ? take(api.GET('/api/v1/{tenant}/metrics/aggregates/{namespace}/{flowId}/{metric}', { params: { path, query: query as never }, signal }))
        : take(api.GET('/api/v1/{tenant}/metrics/aggregates/{namespace}/{flowId}/{taskId}/{metric}', { params: { path: { ...path, taskId }, query: query as never }, signal }));
    },
    enabled: computed(() => toValue(question).metric !== ''),
    placeholderData: (before) => before,
  });

export const useExecutionMetrics = (executionId: MaybeRefOrGetter<string>, query: MaybeRefOrGetter<string>, refetchInterval: MaybeRefOrGetter<number | false>) =>
  useQuery({
    queryKey: [tenant, 'metrics', 'execution', computed(() => toValue(executionId)), computed(() => toValue(query))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/metrics/{executionId}', { params: { path: { tenant, executionId: toValue(executionId) } }, signal, ...raw(toValue(query)) })),
    placeholderData: (before) => before,
    refetchInterval: computed(() => toValue(refetchInterval)),
  });
