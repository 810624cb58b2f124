// The task runs of an execution in short: from the list of a short one, from the counts of the server for a long one.
import { computed, watch } from 'vue';
import { useTopic } from '@/api/live/useTopic';
import type { Execution } from '@/api/queries/executions';
import { useRuns } from '@/api/queries/runs';
import { runOf } from '@/model/runs';
import { isTerminal } from '@/model/state';
import { summaryOf, type Summary } from './summary';

const mattering = ['FAILED', 'KILLED', 'WARNING', 'RETRYING', 'PAUSED', 'BREAKPOINT', 'RUNNING', 'SUBMITTED', 'CREATED', 'KILLING'];
const size = 50;
const readEvery = 2000;

export function useSummary(execution: () => Execution | undefined) {
  const isLong = computed(() => execution()?.isLong === true);
  const id = computed(() => execution()?.id ?? '');
  const page = useRuns(id, { parent: '*', state: mattering, sort: 'state', size }, isLong);
  const isLive = computed(() => isLong.value && !isTerminal(execution()?.state.current ?? ''));
  // This topic tells of every change, also of one far below the top level.
  useTopic(() => (isLive.value ? `execution:${id.value}` : ''), () => page.refetch(), { least: readEvery });
  watch(isLive, () => { if (isLong.value) void page.refetch(); });
  return computed<Summary>(() => {
    if (!isLong.value) return summaryOf(execution()?.taskRunList ?? []);
    // The loop that holds a run is in the same state: it is the run that matters.
    const runs = (page.data.value?.results ?? []).map(runOf);
    return { counts: page.data.value?.byState ?? {}, runs: runs.filter((run) => run.children === undefined) };
  });
}
