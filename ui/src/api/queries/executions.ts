import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import type { Action } from '@/model/state';
import type { BulkAction } from '@/model/bulk';
import { api, bulk, download, form, raw, take, tenant, type BulkResponse, type Schemas } from '../client';

// `isLong`: it has more task runs than a row of a search; it has no `taskRunList`, and its task runs are read by pages (UI-1064).
export type Execution = Schemas['Execution'] & { isLong?: boolean };
export type InputsValidation = Schemas['InputsValidation'];

export const executionKey = (id: string) => [tenant, 'execution', id] as const;

// An answer that was on its way while the stream told of a later state keeps that state.
export const newer = (next: Execution, known: Execution | undefined): Execution =>
  known !== undefined && known.state.histories.length > next.state.histories.length ? { ...next, state: known.state } : next;

const search = (query: string, signal?: AbortSignal) =>
  take(api.GET('/api/v1/{tenant}/executions/search', { params: { path: { tenant } }, ...raw(query), ...(signal ? { signal } : {}) }));

export const useExecutions = (query: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'executions', 'search', computed(() => toValue(query))],
    queryFn: async ({ signal, client }) => {
      const text = toValue(query);
      const answer = await search(text, signal);
      const known = new Map(client.getQueryData<typeof answer>([tenant, 'executions', 'search', text])?.results.map((row) => [row.id, row]));
      return { ...answer, results: answer.results.map((row) => newer(row, known.get(row.id))) };
    },
    placeholderData: (before) => before,
  });

// How many executions there are in each state and at which time (UI-591, UI-594).
export type ExecutionCounts = Schemas['ExecutionCounts'];
export const useExecutionCounts = (query: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'executions', 'counts', computed(() => toValue(query))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/executions/counts', { params: { path: { tenant } }, signal, ...raw(`interval=auto&${toValue(query)}`) })),
    placeholderData: (before) => before,
  });

// As a row of a search: that has at most so many task runs, whatever their number is.
const runsOfARow = 500;
// Who takes the cut list for the whole one says wrong things, so a long execution has none.
export function asLong(row: Execution): Execution {
  if ((row.taskRunList?.length ?? 0) < runsOfARow) return row;
  const long: Execution = { ...row, isLong: true };
  delete long.taskRunList;
  return long;
}
async function fetchExecution(executionId: string, signal: AbortSignal): Promise<Execution> {
  const query = new URLSearchParams([['filters[id][EQUALS]', executionId], ['size', '1']]);
  const row = (await search(query.toString(), signal)).results[0];
  // A search does not list all kinds, and it does not say why it finds nothing.
  if (row === undefined) return take(api.GET('/api/v1/{tenant}/executions/{executionId}', { params: { path: { tenant, executionId } }, signal }));
  return asLong(row);
}

export const useExecution = (id: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean> = true) =>
  useQuery({
    enabled: computed(() => toValue(enabled)),
    queryKey: [tenant, 'execution', computed(() => toValue(id))],
    queryFn: async ({ signal, client }) => {
      const executionId = toValue(id);
      return newer(await fetchExecution(executionId, signal), client.getQueryData<Execution>(executionKey(executionId)));
    },
  });

// The execution of the same flow before or after this one.
export const useNeighbour = (execution: MaybeRefOrGetter<Execution>, side: 'before' | 'after') =>
  useQuery({
    queryKey: [tenant, 'neighbour', side, computed(() => toValue(execution).id)],
    queryFn: async ({ signal }): Promise<string> => {
      const { namespace, flowId, state } = toValue(execution);
      const query = new URLSearchParams([['filters[namespace][EQUALS]', namespace], ['filters[flowId][EQUALS]', flowId], [`filters[startDate][${side === 'before' ? 'LESS_THAN' : 'GREATER_THAN'}]`, state.startDate], ['sort', `state.startDate:${side === 'before' ? 'desc' : 'asc'}`], ['size', '1']]);
      return (await search(query.toString(), signal)).results[0]?.id ?? '';
    },
  });

export const useFlowOfExecution = (id: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'execution-flow', computed(() => toValue(id))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/executions/{executionId}/flow', { params: { path: { tenant, executionId: toValue(id) } }, signal })),
    staleTime: Infinity,
  });

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
    // It is being killed from the click on; what the server says comes by the stream (UI-624).
    const before = client.getQueryData<Execution>(executionKey(executionId));
    if (action === 'kill') client.setQueryData<Execution>(executionKey(executionId), (old) => old && { ...old, state: { ...old.state, current: 'KILLING' } });
    try {
      return await call();
    } catch (error) {
      if (action === 'kill') client.setQueryData(executionKey(executionId), before);
      throw error;
    } finally {
      void client.invalidateQueries({ queryKey: [tenant, 'executions'] });
      void client.invalidateQueries({ queryKey: executionKey(executionId) });
    }
  };
}

// A test event: what the body is, is said as JSON where it is JSON.
export function sendWebhook(namespace: string, id: string, key: string, body: string) {
  let type = 'application/json';
  try {
    JSON.parse(body);
  } catch {
    type = 'text/plain';
  }
  return take(api.POST('/api/v1/{tenant}/executions/webhook/{namespace}/{id}/{key}', { params: { path: { tenant, namespace, id, key } }, body: body as never, bodySerializer: (text: unknown) => text as string, headers: { 'Content-Type': type } }));
}

export interface BulkOptions { latestRevision?: boolean; newStatus?: string; labels?: { key: string; value: string }[]; deleteLogs?: boolean; deleteMetrics?: boolean; deleteStorage?: boolean; includeNonTerminated?: boolean }

// One action on many executions: on those with the ids, or on all that match the filters.
export function useBulkExecutions() {
  const client = useQueryClient();
  return async (action: BulkAction, which: string[] | string, options: BulkOptions): Promise<BulkResponse> => {
    const query = new URLSearchParams(typeof which === 'string' ? which : '');
    const { labels, ...flags } = options;
    for (const [name, value] of Object.entries(flags)) query.set(name, String(value));
    const method = action === 'kill' || action === 'delete' ? 'DELETE' : 'POST';
    const root = action === 'delete' ? '' : `${action}/`;
    const body = action !== 'labels' ? (typeof which === 'string' ? undefined : which) : typeof which === 'string' ? (labels ?? []) : { executionsId: which, executionLabels: labels ?? [] };
    const path = `/api/v1/{tenant}/executions/${root as 'kill/'}${typeof which === 'string' ? 'by-query' : 'by-ids'}` as const;
    const answer = await bulk(method, path, { query: query.toString(), ...(body === undefined ? {} : { body }) });
    await client.invalidateQueries({ queryKey: [tenant, 'executions'] });
    return answer;
  };
}

export const useExecutionGraph = (id: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: [tenant, 'execution-graph', computed(() => toValue(id))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/executions/{executionId}/graph', { params: { path: { tenant, executionId: toValue(id) } }, signal })),
    staleTime: Infinity,
    enabled: computed(() => toValue(enabled)),
  });

export type Explanation = Schemas['Explanation'];
export const useExplanation = (id: MaybeRefOrGetter<string>, changes: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: [tenant, 'explain', computed(() => toValue(id)), computed(() => toValue(changes))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/executions/{executionId}/explain', { params: { path: { tenant, executionId: toValue(id) } }, signal })),
    enabled: computed(() => toValue(enabled)),
    placeholderData: (before) => before,
    refetchInterval: explainEvery,
  });
const explainEvery = 10_000;

// The rest of the actions of UI-621 and UI-623, each with its own options.
export type Change =
  | { action: 'change-status'; status: string }
  | { action: 'state'; taskRunId: string; state: string }
  | { action: 'labels'; labels: { key: string; value: string }[] }
  | { action: 'force-run' }
  | { action: 'unqueue'; state: string }
  | { action: 'restart'; revision?: number }
  | { action: 'resume-from-breakpoint' }
  | { action: 'replay'; taskRunId?: string; revision?: number; body?: FormData };

export function useChangeExecution() {
  const client = useQueryClient();
  const call = (executionId: string, change: Change): Promise<Execution> => {
    const path = { tenant, executionId };
    switch (change.action) {
      case 'change-status':
        return take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/change-status', { params: { path, query: { status: change.status as never } } }));
      case 'state':
        return take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/state', { params: { path }, body: { taskRunId: change.taskRunId, state: change.state } }));
      case 'labels':
        return take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/labels', { params: { path }, body: change.labels as never }));
      case 'force-run':
        return take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/force-run', { params: { path } }));
      case 'unqueue':
        return take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/unqueue', { params: { path, query: { state: change.state as never } } }));
      case 'restart':
        return take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/restart', { params: { path, query: change.revision === undefined ? {} : { revision: change.revision } } }));
      case 'resume-from-breakpoint':
        return take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/resume-from-breakpoint', { params: { path } }));
      case 'replay': {
        const query = { ...(change.taskRunId === undefined ? {} : { taskRunId: change.taskRunId }), ...(change.revision === undefined ? {} : { revision: change.revision }) };
        return change.body === undefined
          ? take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/replay', { params: { path, query } }))
          : take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/replay-with-inputs', { params: { path, query }, body: change.body as never, ...form }));
      }
    }
  };
  return async (executionId: string, change: Change): Promise<Execution> => {
    const answer = await call(executionId, change);
    void client.invalidateQueries({ queryKey: [tenant, 'executions'] });
    void client.invalidateQueries({ queryKey: executionKey(executionId) });
    return answer;
  };
}

export function useDeleteExecution() {
  const client = useQueryClient();
  return async (executionId: string, options: { deleteLogs: boolean; deleteMetrics: boolean; deleteStorage: boolean }): Promise<void> => {
    await take(api.DELETE('/api/v1/{tenant}/executions/{executionId}', { params: { path: { tenant, executionId }, query: options } }));
    client.removeQueries({ queryKey: executionKey(executionId) });
    void client.invalidateQueries({ queryKey: [tenant, 'executions'] });
  };
}

export const evaluate = (executionId: string, taskRunId: string, expression: string) => {
  const options = { body: expression as never, bodySerializer: (body: unknown) => body as string, headers: { 'Content-Type': 'text/plain' } };
  return taskRunId === ''
    ? take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/eval', { params: { path: { tenant, executionId } }, ...options }))
    : take(api.POST('/api/v1/{tenant}/executions/{executionId}/actions/eval/{taskRunId}', { params: { path: { tenant, executionId, taskRunId } }, ...options }));
};

export const fetchOutputs = async (executionId: string, taskRunId: string, signal?: AbortSignal): Promise<Record<string, unknown>> =>
  (await take(api.GET('/api/v1/{tenant}/outputs/{executionId}/{taskRunId}', { params: { path: { tenant, executionId, taskRunId } }, ...(signal ? { signal } : {}) }))) as Record<string, unknown>;

export const fetchFileMetas = (executionId: string, path: string, signal?: AbortSignal) =>
  take(api.GET('/api/v1/{tenant}/executions/{executionId}/file/metas', { params: { path: { tenant, executionId }, query: { path } as never }, ...(signal ? { signal } : {}) }));

export const usePreview = (executionId: MaybeRefOrGetter<string>, path: MaybeRefOrGetter<string>, rows: MaybeRefOrGetter<number>, encoding: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'preview', computed(() => toValue(executionId)), computed(() => toValue(path)), computed(() => toValue(rows)), computed(() => toValue(encoding))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/executions/{executionId}/file/preview', { params: { path: { tenant, executionId: toValue(executionId) }, query: { path: toValue(path), maxRows: toValue(rows), encoding: toValue(encoding) } as never }, signal })),
    enabled: computed(() => toValue(path) !== ''),
    placeholderData: (before) => before,
    gcTime: 0,
  });

export const fileOfExecution = (executionId: string, path: string): string => download(`executions/${encodeURIComponent(executionId)}/file`, new URLSearchParams({ path }).toString());

// The values of a field in the executions that match.
export const fetchDistinct = async (query: string): Promise<string[]> => (await take(api.GET('/api/v1/{tenant}/executions/distinct-field-values', { params: { path: { tenant }, query: {} as never }, ...raw(query) }))) as unknown as string[];

// A whole execution, with its inputs and labels as they are now.
export const readExecution = (executionId: string): Promise<Execution> => take(api.GET('/api/v1/{tenant}/executions/{executionId}', { params: { path: { tenant, executionId } } }));
