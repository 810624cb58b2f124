import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { api, raw, take, tenant, type Schemas } from '../client';
import { configurationKey } from './configs';

export type KillSwitch = Schemas['KillSwitch'];
export type KillSwitchToWrite = Schemas['KillSwitchToWrite'];
const often = 5000;

export const useServices = () =>
  useQuery({ queryKey: ['instance', 'services'], queryFn: ({ signal }) => take(api.GET('/api/v1/instance/services/search', { signal, ...raw('size=100') })), refetchInterval: often, placeholderData: (before) => before });

export const useService = (id: MaybeRefOrGetter<string>) =>
  useQuery({ queryKey: ['instance', 'service', computed(() => toValue(id))], queryFn: ({ signal }) => take(api.GET('/api/v1/instance/services/{id}', { params: { path: { id: toValue(id) } }, signal })), enabled: computed(() => toValue(id) !== ''), refetchInterval: often });

export const useInstallationHealth = () =>
  useQuery({ queryKey: ['instance', 'health'], queryFn: ({ signal }) => take(api.GET('/api/v1/instance/health', { signal })), refetchInterval: often });

export const useMaintenance = () =>
  useQuery({ queryKey: ['instance', 'maintenance'], queryFn: ({ signal }) => take(api.GET('/api/v1/instance/maintenance/status', { signal })), refetchInterval: often });

export function useSetMaintenance() {
  const client = useQueryClient();
  return async (on: boolean): Promise<void> => {
    await take(on ? api.POST('/api/v1/instance/maintenance/enter') : api.POST('/api/v1/instance/maintenance/exit'));
    await client.invalidateQueries({ queryKey: ['instance'] });
    await client.invalidateQueries({ queryKey: configurationKey });
  };
}

export const useKillSwitches = () =>
  useQuery({ queryKey: ['instance', 'kill-switches'], queryFn: ({ signal }) => take(api.GET('/api/v1/kill-switches/search', { signal })) });

export function useWriteKillSwitch() {
  const client = useQueryClient();
  const done = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: ['instance'] });
    await client.invalidateQueries({ queryKey: configurationKey });
  };
  return {
    save: async (entry: KillSwitchToWrite): Promise<void> => {
      if (entry.id === undefined) await take(api.POST('/api/v1/kill-switches', { body: entry }));
      else await take(api.PUT('/api/v1/kill-switches/{id}', { params: { path: { id: entry.id } }, body: entry }));
      await done();
    },
    remove: async (id: string): Promise<void> => {
      await take(api.DELETE('/api/v1/kill-switches/{id}', { params: { path: { id } } }));
      await done();
    },
  };
}

export interface Usages { flows?: Record<string, unknown>; executions?: { dailyExecutionsCount?: { startDate: string; executionCounts: Record<string, number> }[] } }
export const useUsages = () =>
  useQuery({ queryKey: [tenant, 'usages'], queryFn: async ({ signal }) => (await take(api.GET('/api/v1/{tenant}/usages/all', { params: { path: { tenant } }, signal }))) as Usages, refetchInterval: often });
