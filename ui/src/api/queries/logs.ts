import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { apiBase } from '../base';
import { api, raw, take, tenant, type Schemas } from '../client';

export type LogEntry = Schemas['LogEntry'];
export type LogWindow = Schemas['LogWindow'];

// The log of one execution, by the numbers of its lines.
export interface LogFilter { minLevel?: string; taskRunId?: string | undefined; q?: string; regex?: boolean }
const inLog = (executionId: string, query: object, signal?: AbortSignal) => ({ params: { path: { tenant, executionId }, query: query as never }, ...(signal ? { signal } : {}) });
export const fetchWindow = (executionId: string, query: LogFilter & { at?: string; size?: number; whole?: boolean }, signal?: AbortSignal) =>
  take(api.GET('/api/v1/{tenant}/logs/{executionId}/window', inLog(executionId, query, signal)));
export const fetchProfile = (executionId: string, query: LogFilter & { buckets: number }, signal?: AbortSignal) =>
  take(api.GET('/api/v1/{tenant}/logs/{executionId}/profile', inLog(executionId, query, signal)));
export const findInLog = (executionId: string, query: LogFilter & { from?: number; back?: boolean; level?: string }, signal?: AbortSignal) =>
  take(api.GET('/api/v1/{tenant}/logs/{executionId}/find', inLog(executionId, query, signal)));

// The topic of the lines that are written from now on.
export function logTopic(executionId: string, { minLevel, taskRunId }: LogFilter): string {
  const query = new URLSearchParams([...(minLevel === undefined ? [] : [['minLevel', minLevel]]), ...(taskRunId === undefined ? [] : [['taskRunId', taskRunId]])]).toString();
  return `log:${executionId}${query === '' ? '' : `?${query}`}`;
}

export const logDownload = (executionId: string, query: string): string => `${apiBase}/api/v1/${tenant}/logs/${encodeURIComponent(executionId)}/download?${query}`;

export const useLogSearch = (query: MaybeRefOrGetter<string>, refetchInterval: number | false = false) =>
  useQuery({
    queryKey: [tenant, 'logs', 'search', computed(() => toValue(query))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/logs/search', { params: { path: { tenant } }, signal, ...raw(toValue(query)) })),
    placeholderData: (before) => before,
    refetchInterval,
  });

export interface LogPart { taskRunId?: string; taskId?: string; attempt?: number; minLevel?: string }
export function useDeleteLogs() {
  const client = useQueryClient();
  return async (executionId: string, part: LogPart = {}): Promise<void> => {
    await take(api.DELETE('/api/v1/{tenant}/logs/{executionId}', { params: { path: { tenant, executionId }, query: part as never } }));
    await Promise.all([[tenant, 'logs'], [tenant, 'run-log', executionId], [tenant, 'errors', executionId]].map((queryKey) => client.invalidateQueries({ queryKey })));
  };
}
