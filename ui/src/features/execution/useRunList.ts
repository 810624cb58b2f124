// A list of task runs of a long execution, live while it runs. What was shown stays until another query has its answer.
import { computed, shallowRef, watch } from 'vue';
import { useTopic } from '@/api/live/useTopic';
import type { Execution } from '@/api/queries/executions';
import type { RunQuery } from '@/api/queries/runs';
import type { Run } from '@/model/runs';
import { isTerminal } from '@/model/state';
import { RunList } from './runList';

const readEvery = 2000;

export function useRunList(execution: () => Execution, query: () => RunQuery, isWanted: () => boolean) {
  const list = shallowRef<RunList>();
  let wanted: RunList | undefined;
  const ended = computed(() => isTerminal(execution().state.current));
  watch(() => (isWanted() ? `${execution().id} ${JSON.stringify(query())}` : ''), async (name, _before, cleanup) => {
    const made = name === '' ? undefined : new RunList(execution().id, query());
    wanted = made;
    cleanup(() => { made?.close(); });
    await made?.more();
    if (wanted === made) list.value = made;
  }, { immediate: true });
  const refresh = (): Promise<void> => list.value?.refresh() ?? Promise.resolve();
  // This topic tells of every change, also of one far below the top level.
  useTopic(() => (list.value && !ended.value ? `execution:${execution().id}` : ''), refresh, { least: readEvery });
  watch(ended, () => void refresh());
  // The list is told of its own changes by its version.
  const seen = <T>(of: (one: RunList) => T, otherwise: T) => computed(() => (list.value && list.value.version.value >= 0 ? of(list.value) : otherwise));
  return {
    runs: seen<readonly Run[]>((one) => one.runs(), []),
    rest: seen((one) => one.rest, 0),
    total: seen((one) => one.total, 0),
    isRead: seen((one) => one.isRead, false),
    error: seen<unknown>((one) => one.error.value, undefined),
    more: () => void list.value?.more(),
    see: (ids: Iterable<string>) => void list.value?.see(ids),
    retry: () => void list.value?.retry(),
  };
}
