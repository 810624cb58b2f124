import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import type { Policy } from '@/model/missedDates';
import { api, bulk, raw, take, tenant, type BulkResponse, type Schemas } from '../client';

export type TriggerState = Schemas['TriggerState'];
export type TriggerName = Schemas['TriggerName'];
export type BackfillToCreate = Schemas['BackfillToCreate'];

export const useTriggers = (query: MaybeRefOrGetter<string>, refetchInterval: MaybeRefOrGetter<number | false> = false) =>
  useQuery({
    queryKey: [tenant, 'triggers', 'search', computed(() => toValue(query))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/triggers/search', { params: { path: { tenant } }, signal, ...raw(toValue(query)) })),
    placeholderData: (before) => before,
    refetchInterval: computed(() => toValue(refetchInterval)),
  });

export const useTriggersOfFlow = (namespace: MaybeRefOrGetter<string>, flowId: MaybeRefOrGetter<string>, refetchInterval: number) =>
  useQuery({
    queryKey: [tenant, 'triggers', 'flow', computed(() => toValue(namespace)), computed(() => toValue(flowId))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/triggers/{namespace}/{flowId}', { params: { path: { tenant, namespace: toValue(namespace), flowId: toValue(flowId) }, query: { size: 100 } }, signal })),
    refetchInterval,
  });

export const useTriggerExplanation = (name: MaybeRefOrGetter<TriggerName>) =>
  useQuery({
    queryKey: [tenant, 'triggers', 'explain', computed(() => toValue(name))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/triggers/{namespace}/{flowId}/{triggerId}/explain', { params: { path: { tenant, ...toValue(name) } }, signal })),
  });

export type TriggerAction = 'enable' | 'disable' | 'unlock' | 'restart' | 'delete' | 'backfill-pause' | 'backfill-unpause' | 'backfill-delete';

// Does something with one trigger, and asks again for all that shows triggers. `recover`: what becomes of dates that an enabled schedule missed.
export function useTriggerAction() {
  const client = useQueryClient();
  return async (name: TriggerName, action: TriggerAction, recover?: Policy): Promise<void> => {
    const path = { tenant, namespace: name.namespace, flowId: name.flowId, triggerId: name.triggerId };
    const body = { namespace: name.namespace, flowId: name.flowId, triggerId: name.triggerId };
    switch (action) {
      case 'enable':
      case 'disable':
        await take(api.PUT('/api/v1/{tenant}/triggers/set-disabled', { params: { path: { tenant } }, body: { ...body, disabled: action === 'disable', ...(recover ? { recoverMissedSchedules: recover } : {}) } }));
        break;
      case 'unlock':
        await take(api.POST('/api/v1/{tenant}/triggers/{namespace}/{flowId}/{triggerId}/unlock', { params: { path } }));
        break;
      case 'restart':
        await take(api.POST('/api/v1/{tenant}/triggers/{namespace}/{flowId}/{triggerId}/restart', { params: { path } }));
        break;
      case 'delete':
        await take(api.DELETE('/api/v1/{tenant}/triggers/{namespace}/{flowId}/{triggerId}', { params: { path } }));
        break;
      case 'backfill-pause':
        await take(api.PUT('/api/v1/{tenant}/triggers/backfill/pause', { params: { path: { tenant } }, body }));
        break;
      case 'backfill-unpause':
        await take(api.PUT('/api/v1/{tenant}/triggers/backfill/unpause', { params: { path: { tenant } }, body }));
        break;
      case 'backfill-delete':
        await take(api.POST('/api/v1/{tenant}/triggers/backfill/delete', { params: { path: { tenant } }, body }));
    }
    await client.invalidateQueries({ queryKey: [tenant, 'triggers'] });
  };
}

export function useCreateBackfill() {
  const client = useQueryClient();
  return async (name: TriggerName, backfill: BackfillToCreate): Promise<void> => {
    await take(api.PUT('/api/v1/{tenant}/triggers/backfill/create', { params: { path: { tenant } }, body: { ...name, backfill } }));
    await client.invalidateQueries({ queryKey: [tenant, 'triggers'] });
  };
}

const operations = {
  enable: ['set-disabled', 'POST'], disable: ['set-disabled', 'POST'], unlock: ['unlock', 'POST'], restart: undefined, delete: ['delete', 'DELETE'],
  'backfill-pause': ['backfill/pause', 'POST'], 'backfill-unpause': ['backfill/unpause', 'POST'], 'backfill-delete': ['backfill/delete', 'POST'],
} as const;
export type BulkTriggerAction = Exclude<TriggerAction, 'restart'>;

// The same with many: with the names given, or with all that match the filters.
export function useBulkTriggers() {
  const client = useQueryClient();
  return async (action: BulkTriggerAction, which: TriggerName[] | string): Promise<BulkResponse> => {
    const [path, method] = operations[action];
    const toggle = action === 'enable' || action === 'disable';
    const answer = typeof which === 'string'
      ? await bulk(method, `/api/v1/{tenant}/triggers/${path}/by-query`, { query: toggle ? `${which}&disabled=${action === 'disable'}` : which })
      : await bulk(method, `/api/v1/{tenant}/triggers/${path}/by-triggers`, { body: toggle ? { triggers: which, disabled: action === 'disable' } : which });
    await client.invalidateQueries({ queryKey: [tenant, 'triggers'] });
    return answer;
  };
}
