// The figures beside the entries of the menu (UI-40): asked once a minute while they are seen, whenever a flow comes or goes, and when an
// execution fails.
import { useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { useTopic } from '../live/useTopic';
import { api, raw, take, tenant } from '../client';

export interface MenuCounts { flows: number; failed: number; triggers: number }
const every = 60_000;
const path = { tenant };
const least = 5000;
const failedOnly = 'filters[state][IN]=FAILED';

export function useMenuCounts(seen: MaybeRefOrGetter<boolean> = true) {
  const counts = useQuery({
    queryKey: [tenant, 'flows', 'counts'],
    queryFn: async ({ signal }): Promise<MenuCounts> => {
      const [flows, failed, triggers] = await Promise.all([
        take(api.GET('/api/v1/{tenant}/flows/search', { params: { path }, signal, ...raw('size=1') })),
        take(api.GET('/api/v1/{tenant}/executions/search', { params: { path }, signal, ...raw(`size=1&${failedOnly}&filters[timeRange][EQUALS]=PT24H`) })),
        take(api.GET('/api/v1/{tenant}/triggers/search', { params: { path }, signal, ...raw('size=1') })),
      ]);
      return { flows: flows.total, failed: failed.total, triggers: triggers.total };
    },
    enabled: computed(() => toValue(seen)),
    staleTime: every,
    refetchInterval: every,
  });
  useTopic(() => (toValue(seen) ? `executions?${failedOnly}` : ''), () => counts.refetch(), { least, late: true, frame: ({ rows }, soon) => { if (rows !== undefined && rows.length > 0) soon(); } });
  return counts;
}
