// Groups executions by their flow: the last one, and the last twenty as bars, oldest first.
import type { PulseRun } from '@/kit/KPulse.vue';
import { humanDuration, parseDuration } from '@/model/duration';
import { isTerminal } from '@/model/state';

interface Execution { id: string; namespace: string; flowId: string; state: { current: string; startDate: string; endDate?: string; duration?: string } }
export interface Recent { last: { state: string; startDate: string; end: number | undefined; to: string }; runs: PulseRun[] }
const most = 20;

export function byFlow(executions: readonly Execution[], root: string): Map<string, Recent> {
  const found = new Map<string, Recent>();
  for (const execution of executions) {
    const key = `${execution.namespace}/${execution.flowId}`;
    const path = `${key}/${execution.id}`;
    const { current, startDate, endDate, duration } = execution.state;
    const milliseconds = parseDuration(duration ?? '') ?? 0;
    const run = { id: execution.id, state: current, milliseconds, to: `${root}/${path}`, title: `${current} · ${humanDuration(milliseconds)}` };
    const had = found.get(key);
    if (had === undefined) {
      found.set(key, { last: { state: current, startDate, end: isTerminal(current) && endDate ? Date.parse(endDate) : undefined, to: `/main/executions/${path}` }, runs: [run] });
    } else if (had.runs.length < most) had.runs.unshift(run);
  }
  return found;
}
