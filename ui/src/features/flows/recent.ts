// The last run of a flow and its last twenty as bars, oldest first.
import type { FlowOverview } from '@/api/queries/flows';
import type { PulseRun } from '@/kit/KPulse.vue';
import { humanDuration, parseDuration } from '@/model/duration';
import { isTerminal } from '@/model/state';

export interface Recent { last: { state: string; startDate: string; end: number | undefined; to: string } | undefined; runs: PulseRun[]; next: string | undefined; }

export function byFlow(flows: readonly FlowOverview[], root: string): Map<string, Recent> {
  return new Map(flows.map((flow): [string, Recent] => {
    const key = `${flow.namespace}/${flow.id}`;
    const length = (run: { duration?: string }): number => parseDuration(run.duration ?? '') ?? 0;
    const runs = flow.runs.map((run) => ({ id: run.id, state: run.state, milliseconds: length(run), to: `${root}/${key}/${run.id}`, title: `${run.state} · ${humanDuration(length(run))}` })).reverse();
    const { last } = flow;
    return [key, {
      last: last && { state: last.state, startDate: last.startedAt, end: isTerminal(last.state) && last.duration !== undefined ? Date.parse(last.startedAt) + length(last) : undefined, to: `/main/executions/${key}/${last.id}` },
      runs, next: flow.next?.date,
    }];
  }));
}
