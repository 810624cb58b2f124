import { useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { api, take, tenant } from '../client';

export interface ChartFilter { field: string; operation: string; value: unknown }
export interface ChartRequest { chart: string; start: number; end: number; filters: ChartFilter[] }
const most = 5000;

// The rows of a chart that is described here: the server groups and counts.
export const useChart = (request: MaybeRefOrGetter<ChartRequest | undefined>, refetchInterval: number | false = false) =>
  useQuery({
    queryKey: [tenant, 'charts', computed(() => toValue(request))],
    queryFn: async ({ signal }): Promise<Record<string, unknown>[]> => {
      const { chart, start, end, filters } = toValue(request) as ChartRequest;
      const globalFilter = { startDate: new Date(start).toISOString(), endDate: new Date(end).toISOString(), pageSize: most, pageNumber: 1, filters: filters as never };
      return (await take(api.POST('/api/v1/{tenant}/dashboards/charts/preview', { params: { path: { tenant } }, body: { chart, globalFilter }, signal }))).results;
    },
    enabled: computed(() => toValue(request) !== undefined),
    placeholderData: (before) => before,
    refetchInterval,
  });
