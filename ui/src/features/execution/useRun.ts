// The task run that an address names. In a long execution it may be far behind what was read: then the server is asked for it alone.
import { computed, watch } from 'vue';
import { useTopic } from '@/api/live/useTopic';
import type { Execution } from '@/api/queries/executions';
import { fetchRuns, useRuns } from '@/api/queries/runs';
import { reportFailure } from '@/kit/useAction';
import { runOf, type Run } from '@/model/runs';
import { isTerminal } from '@/model/state';

const readEvery = 2000;

export function useRun(execution: () => Execution, id: () => string, known: () => Run | undefined) {
  const isAsked = computed(() => execution().isLong === true && id() !== '' && known() === undefined);
  const asked = useRuns(() => execution().id, () => ({ parent: '*', q: id(), size: 1 }), isAsked);
  useTopic(() => (isAsked.value && !isTerminal(execution().state.current) ? `execution:${execution().id}` : ''), () => asked.refetch(), { least: readEvery });
  return computed(() => known() ?? (isAsked.value ? asked.data.value?.results.filter((one) => one.id === id()).map(runOf)[0] : undefined));
}

// An address that names a task means its run that needs attention most. Whoever chooses a run before the server has answered is left there.
export function useRunOfTask(executionId: () => string, task: () => unknown, found: (id: string) => void): void {
  watch(() => [task(), executionId()] as const, async ([name, id], _before, cleanup) => {
    if (typeof name !== 'string' || name === '') return;
    const request = new AbortController();
    const { signal } = request;
    cleanup(() => { request.abort(); });
    try {
      const [first] = (await fetchRuns(id, { parent: '*', taskId: name, sort: 'state', size: 1 }, signal)).results;
      if (first && !signal.aborted) found(first.id);
    } catch (reason) {
      if (!signal.aborted) reportFailure(reason);
    }
  }, { immediate: true });
}
