// Keeps one execution in the query cache true while it runs: states are painted at most every 100 ms, older ones are dropped (UI-1002, UI-1003).
import { useQueryClient } from '@tanstack/vue-query';
import { onScopeDispose, watch, type Ref } from 'vue';
import { isTerminal } from '@/model/state';
import { executionKey, type Execution } from '../queries/executions';
import { executionFollow } from '../queries/logs';
import { markLost, markOpen } from './connection';
import { follow } from './follow';

const paintEvery = 100;

const changes = (execution: Execution): number =>
  execution.state.histories.length * 1_000_000 + (execution.taskRunList ?? []).reduce((sum, run) => sum + run.state.histories.length, 0);

export function useLiveExecution(id: Ref<string>, execution: Ref<Execution | undefined>): void {
  const client = useQueryClient();
  let stop: (() => void) | undefined;
  let following = '';
  let waiting: Execution | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const paint = (): void => {
    timer = undefined;
    const next = waiting;
    waiting = undefined;
    if (next === undefined) return;
    client.setQueryData<Execution>(executionKey(next.id), (old) => (old !== undefined && changes(old) > changes(next) && !isTerminal(next.state.current) ? old : next));
  };
  const take = (payload: unknown): void => {
    waiting = payload as Execution;
    timer ??= setTimeout(paint, paintEvery);
  };
  const end = (): void => {
    stop?.();
    stop = undefined;
    markOpen(following, false);
    following = '';
  };
  const begin = (which: string): void => {
    following = which;
    const name = `execution:${which}`;
    markOpen(which, true);
    stop = follow(executionFollow(which), {
      data: take,
      end: (payload) => {
        take(payload);
        end();
        void client.invalidateQueries({ queryKey: executionKey(which) });
      },
      poll: () => client.refetchQueries({ queryKey: executionKey(which) }),
      lost: (since) => markLost(name, since),
    });
  };
  watch([id, execution], ([which, current]) => {
    if (following !== '' && following !== which) end();
    if (current?.id === which && following === '' && !isTerminal(current.state.current)) begin(which);
  }, { immediate: true });
  onScopeDispose(() => {
    end();
    clearTimeout(timer);
  });
}
