import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { apiBase } from '../base';
import { api, raw, take, tenant, type Schemas } from '../client';

export type LogEntry = Schemas['LogEntry'];

export const fetchLog = (executionId: string, level: string, signal?: AbortSignal) =>
  take(api.GET('/api/v1/{tenant}/logs/{executionId}', { params: { path: { tenant, executionId } }, ...raw(level === 'TRACE' ? '' : new URLSearchParams([['filters[level][EQUALS]', level]]).toString()), ...(signal ? { signal } : {}) }));

export const logDownload = (executionId: string): string => `${apiBase}/api/v1/${tenant}/logs/${encodeURIComponent(executionId)}/download`;
export const logFollow = (executionId: string): string => `${apiBase}/api/v1/${tenant}/logs/${encodeURIComponent(executionId)}/follow`;
export const executionFollow = (executionId: string): string => `${apiBase}/api/v1/${tenant}/executions/${encodeURIComponent(executionId)}/follow`;

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
