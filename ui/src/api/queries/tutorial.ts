// What the welcome page and the tour do with the server. All of it is in the namespace of the tutorial.
import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { FOLLOWER, FOLLOWS, FLOW, HELLO, isOfTour, NAMESPACE, withWebhook } from '@/model/tour';
import { api, bulk, raw, take, tenant, yaml } from '../client';
import { useBulkExecutions, useChangeExecution, useCreateExecution } from './executions';
import { fetchFlow } from './flows';
import { fetchWindow } from './logs';

const shown = 20;
export const countFlows = async (): Promise<number> => (await take(api.GET('/api/v1/{tenant}/flows/search', { params: { path: { tenant } }, ...raw('size=1') }))).total;

// The first lines of an execution, asked again whenever `changes` differs.
export const useLogOf = (id: MaybeRefOrGetter<string>, changes: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'tutorial-log', computed(() => toValue(id)), computed(() => toValue(changes))],
    queryFn: ({ signal }) => fetchWindow(toValue(id), { at: 'first', size: shown }, signal).then(({ lines }) => lines.map((line) => ({ ...line, timestamp: line.at }))),
    enabled: computed(() => toValue(id) !== ''),
    placeholderData: (before) => before,
  });

// A flow with a name of the tour that somebody else wrote, or changed.
export class NotOfTour extends Error {
  readonly hint = 'Save it under another id, or delete it; then do this step again.';
  constructor(id: string) { super(`The flow ${id} in the namespace ${NAMESPACE} is not the one of the tour. It stays as it is.`); }
}

// The flows with names of the tour that are there: those of the tour, and those of somebody else.
async function ofTutorial(): Promise<{ ours: string[]; foreign: string[] }> {
  const query = new URLSearchParams([['filters[namespace][EQUALS]', NAMESPACE], ['size', '100']]).toString();
  const { results } = await take(api.GET('/api/v1/{tenant}/flows/search', { params: { path: { tenant } }, ...raw(query) }));
  const there = [FLOW, FOLLOWER].filter((id) => results.some((flow) => flow.namespace === NAMESPACE && flow.id === id));
  const own = await Promise.all(there.map(async (id) => isOfTour((await fetchFlow(NAMESPACE, id)).source ?? '')));
  return { ours: there.filter((_, i) => own[i]), foreign: there.filter((_, i) => !own[i]) };
}

export function useTutorial() {
  const client = useQueryClient();
  const create = useCreateExecution();
  const change = useChangeExecution();
  const bulkExecutions = useBulkExecutions();
  const path = (id: string) => ({ tenant, namespace: NAMESPACE, id });

  // Saves the source as a new revision, or as a new flow. An unchanged source makes no revision.
  async function save(id: string, source: string): Promise<void> {
    const { ours, foreign } = await ofTutorial();
    if (foreign.includes(id)) throw new NotOfTour(id);
    const saved = ours.includes(id)
      ? await take(api.PUT('/api/v1/{tenant}/flows/{namespace}/{id}', { params: { path: path(id) }, body: source, ...yaml }))
      : await take(api.POST('/api/v1/{tenant}/flows', { params: { path: { tenant } }, body: source, ...yaml }));
    client.setQueryData([tenant, 'flow', NAMESPACE, id], saved);
    void client.invalidateQueries({ queryKey: [tenant, 'flows'] });
  }
  const execute = async (): Promise<string> => {
    const body = new FormData();
    body.append('_', '');
    return (await create(NAMESPACE, FLOW, body, [])).id;
  };
  const run = async (source = HELLO): Promise<string> => {
    await save(FLOW, source);
    return execute();
  };
  // Restarts with the newest revision, which has the task that was mended: the server makes a new execution for it.
  const restart = async (id: string): Promise<string> => {
    const flow = await take(api.GET('/api/v1/{tenant}/flows/{namespace}/{id}', { params: { path: path(FLOW) } }));
    return (await change(id, { action: 'restart', revision: flow.revision })).id;
  };
  const call = async (): Promise<string> => {
    const key = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    await save(FLOW, withWebhook(key));
    const started = await take(api.POST('/api/v1/{tenant}/executions/webhook/{namespace}/{id}/{key}', { params: { path: { ...path(FLOW), key } }, body: { from: 'the tour' } as never }));
    return (started as { id: string }).id;
  };
  const follow = async (): Promise<string> => {
    await save(FOLLOWER, FOLLOWS);
    return execute();
  };
  // Removes the flows of the tour with their executions, and nothing else. Answers the flows of somebody else that stay.
  const remove = async (): Promise<string[]> => {
    const { ours, foreign } = await ofTutorial();
    const mine = [FLOW, FOLLOWER].filter((id) => !foreign.includes(id));
    const query = new URLSearchParams([['filters[namespace][EQUALS]', NAMESPACE], ['filters[flowId][IN]', mine.join(',')]]).toString();
    if (mine.length > 0) await bulkExecutions('delete', query, { includeNonTerminated: true, deleteLogs: true, deleteMetrics: true, deleteStorage: true });
    if (ours.length > 0) await bulk('DELETE', '/api/v1/{tenant}/flows/delete/by-ids', { body: ours.map((id) => ({ namespace: NAMESPACE, id })) });
    await client.invalidateQueries({ queryKey: [tenant] });
    return foreign;
  };
  return { save: (source: string) => save(FLOW, source), run, restart, call, follow, remove };
}
