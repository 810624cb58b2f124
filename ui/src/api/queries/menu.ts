// The figures beside the entries of the menu (UI-40): asked once a minute while they are seen, and whenever a flow comes or goes.
import { useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { api, raw, take, tenant } from '../client';

export interface MenuCounts { flows: number; failed: number; triggers: number }
const every = 60_000;
const path = { tenant };

export const useMenuCounts = (seen: MaybeRefOrGetter<boolean> = true) =>
  useQuery({
    queryKey: [tenant, 'flows', 'counts'],
    queryFn: async ({ signal }): Promise<MenuCounts> => {
      const [flows, failed, triggers] = await Promise.all([
        take(api.GET('/api/v1/{tenant}/flows/search', { params: { path }, signal, ...raw('size=1') })),
        take(api.GET('/api/v1/{tenant}/executions/search', { params: { path }, signal, ...raw('size=1&filters[state][IN]=FAILED&filters[timeRange][EQUALS]=PT24H') })),
        take(api.GET('/api/v1/{tenant}/triggers/search', { params: { path }, signal, ...raw('size=1') })),
      ]);
      return { flows: flows.total, failed: failed.total, triggers: triggers.total };
    },
    enabled: computed(() => toValue(seen)),
    staleTime: every,
    refetchInterval: every,
  });
