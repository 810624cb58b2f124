// Everything that happened to an execution and its task runs, in order, from the states that they keep (UI-1102 in its first form). Pure.
import type { Run, RunState } from './runs';

export interface HistoryEntry { key: string; at: number; taskId: string; value: string; runId: string; attempt: number; from: string; to: string }

function entries(id: string, state: RunState, who: { taskId: string; value: string; runId: string; attempt: number }): HistoryEntry[] {
  return state.histories.map((entry, i) => ({ key: `${id} ${i}`, at: Date.parse(entry.date), ...who, from: state.histories[i - 1]?.state ?? '', to: entry.state }));
}

export function historyOf(execution: { id: string; state: RunState; taskRunList?: readonly Run[] | undefined }): HistoryEntry[] {
  const own = entries(execution.id, execution.state, { taskId: '', value: '', runId: '', attempt: 0 });
  const runs = (execution.taskRunList ?? []).flatMap((run) => {
    const who = { taskId: run.taskId, value: run.value ?? '', runId: run.id };
    // Attempts before the last one are their own story: why it was tried again.
    const before = (run.attempts ?? []).slice(0, -1).flatMap((attempt, i) => entries(`${run.id}#${i}`, attempt.state, { ...who, attempt: i + 1 }).slice(-1));
    return [...entries(run.id, run.state, { ...who, attempt: 0 }), ...before];
  });
  return [...own, ...runs].map((entry, i) => ({ entry, i })).sort((left, right) => left.entry.at - right.entry.at || left.i - right.i).map(({ entry }) => entry);
}
