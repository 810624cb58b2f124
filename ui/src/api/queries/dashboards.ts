import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import type { ChartFilter } from './charts';
import { api, raw, take, tenant, yaml, type Schemas } from '../client';

export type Board = Schemas['DashboardResponse'];
const key = [tenant, 'dashboards'] as const;
const all = 500;

export const useBoards = () =>
  useQuery({ queryKey: [...key, 'list'], queryFn: async ({ signal }) => (await take(api.GET('/api/v1/{tenant}/dashboards', { params: { path: { tenant } }, signal, ...raw(`size=${all}`) }))).results });

export const useBoard = (id: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [...key, 'one', computed(() => toValue(id))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/dashboards/{id}', { params: { path: { tenant, id: toValue(id) } }, signal })),
    enabled: computed(() => toValue(id) !== ''),
    retry: false,
  });

export const validateBoard = (source: string, signal: AbortSignal) =>
  take(api.POST('/api/v1/{tenant}/dashboards/validate', { params: { path: { tenant } }, body: source, signal, ...yaml }));

export function useSaveBoard() {
  const client = useQueryClient();
  return async (source: string, id: string): Promise<Board> => {
    const saved = id === ''
      ? await take(api.POST('/api/v1/{tenant}/dashboards', { params: { path: { tenant } }, body: source, ...yaml }))
      : await take(api.PUT('/api/v1/{tenant}/dashboards/{id}', { params: { path: { tenant, id } }, body: source, ...yaml }));
    await client.invalidateQueries({ queryKey: key });
    return saved;
  };
}

export function useDeleteBoard() {
  const client = useQueryClient();
  return async (id: string): Promise<void> => {
    await take(api.DELETE('/api/v1/{tenant}/dashboards/{id}', { params: { path: { tenant, id } } }));
    client.removeQueries({ queryKey: [...key, 'one', id] });
    await client.invalidateQueries({ queryKey: [...key, 'list'] });
  };
}

// The data of one chart: of a stored dashboard by its ids, or of a definition that is not stored.
export interface ChartOf { board: string; chart: string; definition: string }
export interface ChartAsk { start: number; end: number; filters: ChartFilter[]; page: number; size: number }
const globalFilter = (ask: ChartAsk) => ({ startDate: new Date(ask.start).toISOString(), endDate: new Date(ask.end).toISOString(), pageSize: ask.size, pageNumber: ask.page, filters: ask.filters as never });

export const useChartData = (of: MaybeRefOrGetter<ChartOf>, ask: MaybeRefOrGetter<ChartAsk>, enabled: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: [tenant, 'chart-data', computed(() => toValue(of)), computed(() => toValue(ask))],
    queryFn: async ({ signal }): Promise<{ results: Record<string, unknown>[]; total: number }> => {
      const { board, chart, definition } = toValue(of);
      const filter = globalFilter(toValue(ask));
      return board === ''
        ? take(api.POST('/api/v1/{tenant}/dashboards/charts/preview', { params: { path: { tenant } }, body: { chart: definition, globalFilter: filter }, signal }))
        : take(api.POST('/api/v1/{tenant}/dashboards/{id}/charts/{chartId}', { params: { path: { tenant, id: board, chartId: chart } }, body: filter as never, signal }));
    },
    enabled: computed(() => toValue(enabled)),
    placeholderData: (before) => before,
    retry: false,
  });

// All rows, not the page.
export async function chartCsv(of: ChartOf, ask: ChartAsk): Promise<Blob> {
  const filter = globalFilter(ask);
  const answer = of.board === ''
    ? take(api.POST('/api/v1/{tenant}/dashboards/charts/export/to-csv', { params: { path: { tenant } }, body: { chart: of.definition, globalFilter: filter } as never, parseAs: 'blob' }))
    : take(api.POST('/api/v1/{tenant}/dashboards/{id}/charts/{chartId}/export/to-csv', { params: { path: { tenant, id: of.board, chartId: of.chart } }, body: filter as never, parseAs: 'blob' }));
  return (await answer) as unknown as Blob;
}
