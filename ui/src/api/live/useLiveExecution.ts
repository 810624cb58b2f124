// Keeps one execution in the query cache true (UI-1002): its state by the stream, its task runs by reading it when they have changed. An
// older state never replaces a newer one. The task runs of a long one are followed by who shows them.
import { useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { isTerminal } from '@/model/state';
import { executionKey, newer, type Execution } from '../queries/executions';
import { useTopic } from './useTopic';

export function useLiveExecution(id: MaybeRefOrGetter<string>): void {
  const client = useQueryClient();
  useTopic(computed(() => (toValue(id) === '' ? '' : `execution:${toValue(id)}`)), () => client.refetchQueries({ queryKey: executionKey(toValue(id)), exact: true }), {
    frame: ({ patch, end }, soon) => {
      if (patch !== undefined) {
        const next = patch as Execution;
        const key = executionKey(next.id);
        const before = client.getQueryData<Execution>(key);
        client.setQueryData<Execution>(key, (old) => (old === undefined ? undefined : newer({ ...old, ...next, ...(old.taskRunList ? { taskRunList: old.taskRunList } : {}) }, old)));
        if (before?.isLong && (end !== true || isTerminal(before.state.current))) return;
      }
      soon();
    },
  });
}
