import { apiBase } from '../base';
import { api, raw, take, tenant, type Schemas } from '../client';

export type LogEntry = Schemas['LogEntry'];

export const fetchLog = (executionId: string, level: string, signal?: AbortSignal) =>
  take(api.GET('/api/v1/{tenant}/logs/{executionId}', { params: { path: { tenant, executionId } }, ...raw(level === 'TRACE' ? '' : new URLSearchParams([['filters[level][EQUALS]', level]]).toString()), ...(signal ? { signal } : {}) }));

export const logDownload = (executionId: string): string => `${apiBase}/api/v1/${tenant}/logs/${encodeURIComponent(executionId)}/download`;
export const logFollow = (executionId: string): string => `${apiBase}/api/v1/${tenant}/logs/${encodeURIComponent(executionId)}/follow`;
export const executionFollow = (executionId: string): string => `${apiBase}/api/v1/${tenant}/executions/${encodeURIComponent(executionId)}/follow`;
