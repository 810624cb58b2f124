// The state of each task for the graph: from the list of a short execution; of a long one the server is asked task by task, for the counts
// and for the run that matters most (UI-455, UI-1064).
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { mayPass } from '@/api/errors';
import { calm } from '@/api/live/calm';
import { useTopic } from '@/api/live/useTopic';
import type { Execution } from '@/api/queries/executions';
import { againAfter, fetchRuns, type RunPage } from '@/api/queries/runs';
import { runOf } from '@/model/runs';
import { isTerminal } from '@/model/state';
import { taskStates, type TaskState } from '@/model/taskstates';

export const mostTasks = 40; // each is a read of all task runs in the server
const readEvery = 2000;

export function stateOfPage({ results: [row], total, byState }: RunPage): TaskState | undefined {
  if (!row) return undefined;
  const last = runOf(row);
  const done = Object.entries(byState).reduce((sum, [state, count]) => sum + (isTerminal(state) ? count : 0), 0);
  const end = isTerminal(row.state) && row.endedAt !== undefined ? Date.parse(row.endedAt) : undefined;
  return { state: row.state, runs: total, done, failed: byState['FAILED'] ?? 0, start: Date.parse(row.queuedAt), end, last };
}

export function useTaskStates(execution: () => Execution, tasks: () => readonly string[]) {
  const asked = shallowRef(new Map<string, TaskState>());
  const error = shallowRef<unknown>();
  const isOpen = ref(true);
  const wanted = computed(() => (execution().isLong ? tasks().slice(0, mostTasks) : []));
  const request = new AbortController();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  async function read(): Promise<void> {
    const { id } = execution();
    const found = new Map<string, TaskState>();
    try {
      for (const taskId of wanted.value) {
        const state = stateOfPage(await fetchRuns(id, { parent: '*', taskId, sort: 'state', size: 1 }, request.signal));
        if (state) found.set(taskId, state);
      }
      asked.value = found;
      error.value = undefined;
    } catch (reason) {
      if (!isOpen.value) return;
      error.value = reason;
      if (mayPass(reason)) waiting = setTimeout(() => { again.soon(); }, againAfter);
    }
  }
  const again = calm(read, readEvery);
  onScopeDispose(() => { isOpen.value = false; request.abort(); clearTimeout(waiting); again.stop(); });
  watch(() => `${execution().id} ${execution().state.current} ${wanted.value.join(' ')}`, () => { if (wanted.value.length > 0) again.soon(); }, { immediate: true });
  useTopic(() => (wanted.value.length > 0 && !isTerminal(execution().state.current) ? `execution:${execution().id}` : ''), () => { again.soon(); return Promise.resolve(); });
  return {
    states: computed(() => (execution().isLong ? asked.value : taskStates(execution().taskRunList ?? []))),
    // How many tasks have no state here because there are too many.
    missing: computed(() => (execution().isLong ? Math.max(0, tasks().length - mostTasks) : 0)),
    error,
    retry: () => { again.soon(); },
  };
}
