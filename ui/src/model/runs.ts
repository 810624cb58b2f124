// The rows of a Gantt chart from the task runs of an execution (UI-640). Pure.
import { isTerminal } from './state';

export interface RunState { current: string; startDate: string; endDate?: string; histories: { state: string; date: string }[] }
export interface Run {
  id: string;
  taskId: string;
  parentTaskRunId?: string;
  value?: string;
  iteration?: number;
  attempts?: { state: RunState; workerId?: string }[];
  outputs?: Record<string, unknown>;
  state: RunState;
  children?: { total: number; byState: Record<string, number> } | undefined;
  subflow?: { executionId: string; namespace: string; flowId: string; state: string } | undefined;
  hasOutputs?: boolean; // where `outputs` were not read
}
export interface TaskNode { id: string; type: string; tasks?: TaskNode[] | undefined }

export interface Row {
  key: string;
  depth: number;
  taskId: string;
  value: string;
  state: string;
  run?: Run;
  children: Row[];
  size: number; // of its children, also of those that are not here
  more?: number; // not a task run: so many more of this level are there
  start?: number; // milliseconds since the epoch: when it was created or queued
  began?: number; // when it first ran
  end?: number;
  counts: Record<string, number>; // states of the leaves below
}

// A task run as a page of them has it.
export interface RunAnswer {
  id: string;
  taskId: string;
  parentId?: string;
  value?: string;
  iteration?: number;
  state: string;
  startedAt?: string;
  queuedAt: string;
  endedAt?: string;
  attempts: { state: string; startedAt: string; endedAt?: string }[];
  worker?: string;
  children?: { total: number; byState: Record<string, number> };
  subflow?: { executionId: string; namespace: string; flowId: string; state: string };
  outputs: boolean;
}
export const runOf = ({ id, taskId, parentId, value, iteration, state, startedAt, queuedAt, endedAt, attempts, worker, children, subflow, outputs }: RunAnswer): Run => ({
  id, taskId, children, subflow, hasOutputs: outputs,
  ...(parentId === undefined ? {} : { parentTaskRunId: parentId }),
  ...(value === undefined ? {} : { value }),
  ...(iteration === undefined ? {} : { iteration }),
  attempts: attempts.map((one) => ({ state: { current: one.state, startDate: one.startedAt, histories: [], ...(one.endedAt === undefined ? {} : { endDate: one.endedAt }) }, ...(worker === undefined ? {} : { workerId: worker }) })),
  state: { current: state, startDate: queuedAt, histories: startedAt === undefined ? [] : [{ state: 'RUNNING', date: startedAt }], ...(endedAt === undefined ? {} : { endDate: endedAt }) },
});

// The executions that a ForEachItem or Loop has started, by state, as its outputs have them.
export function childCounts(outputs: Record<string, unknown> | undefined): { state: string; count: number }[] {
  const iterations = outputs?.['iterations'];
  if (typeof iterations !== 'object' || iterations === null) return [];
  return Object.entries(iterations).flatMap(([state, count]) => (typeof count === 'number' && count > 0 ? [{ state, count }] : []));
}
// A task of a flow by its id, wherever it is.
export function findTask(tasks: unknown, id: string): Record<string, unknown> | undefined {
  if (typeof tasks !== 'object' || tasks === null) return undefined;
  if (!Array.isArray(tasks) && (tasks as { id?: unknown; type?: unknown }).id === id && 'type' in tasks) return tasks as Record<string, unknown>;
  for (const inner of Object.values(tasks)) {
    const found = findTask(inner, id);
    if (found) return found;
  }
  return undefined;
}

const time = (date: string | undefined): number | undefined => (date === undefined ? undefined : Date.parse(date));

function rowOf(run: Run, depth: number): Row {
  const began = run.state.histories.find((entry) => entry.state === 'RUNNING')?.date;
  return {
    key: run.id, depth, taskId: run.taskId, value: run.value ?? '', state: run.state.current, run, children: [], size: run.children?.total ?? 0,
    start: Date.parse(run.state.startDate),
    ...(began === undefined ? {} : { began: Date.parse(began) }),
    ...(isTerminal(run.state.current) && run.state.endDate !== undefined ? { end: Date.parse(run.state.endDate) } : {}),
    counts: {},
  };
}

function pending(node: TaskNode, depth: number): Row {
  return { key: `task:${node.id}`, depth, taskId: node.id, value: '', state: '', children: [], size: 0, counts: {} };
}

const byStart = (left: Row, right: Row): number => (left.start ?? Infinity) - (right.start ?? Infinity);

function iterationRow(parent: Row, value: string, iteration: number | undefined, children: Row[]): Row {
  const ends = children.map((child) => child.end);
  const starts = children.map((child) => child.start ?? Infinity);
  const order = ['FAILED', 'KILLING', 'KILLED', 'RUNNING', 'RETRYING', 'PAUSED', 'QUEUED', 'SUBMITTED', 'CREATED', 'WARNING', 'CANCELLED'];
  const state = order.find((name) => children.some((child) => child.state === name)) ?? 'SUCCESS';
  for (const child of children) shift(child, 1);
  return {
    key: `${parent.key}#${iteration ?? value}`, depth: parent.depth + 1, taskId: value, value: '', state, children, size: children.length,
    start: Math.min(...starts),
    began: Math.min(...children.map((child) => child.began ?? Infinity)),
    ...(ends.every((end) => end !== undefined) ? { end: Math.max(...(ends as number[])) } : {}),
    counts: {},
  };
}

function shift(row: Row, by: number): void {
  row.depth += by;
  for (const child of row.children) shift(child, by);
}

// Children of a loop are put under one row a value, where more than one task runs for each value.
function group(row: Row): void {
  for (const child of row.children) group(child);
  row.children.sort(byStart);
  const tasks = new Set(row.children.map((child) => child.taskId));
  const looped = row.children.length > 1 && row.children.every((child) => child.run?.value !== undefined || child.run?.iteration !== undefined);
  if (looped && tasks.size > 1) {
    const groups = new Map<string, Row[]>();
    for (const child of row.children) {
      const key = String(child.run?.iteration ?? child.value);
      groups.set(key, [...(groups.get(key) ?? []), child]);
    }
    row.children = [...groups.values()].map((children) => iterationRow(row, children[0]?.value || String(children[0]?.run?.iteration ?? ''), children[0]?.run?.iteration, children));
  }
  row.size = row.run?.children?.total ?? row.children.length;
}

function count(row: Row): Record<string, number> {
  if (row.run?.children) {
    row.children.forEach(count);
    return (row.counts = row.run.children.byState);
  }
  if (row.children.length === 0) return row.state === '' ? {} : { [row.state]: 1 };
  const counts: Record<string, number> = {};
  for (const child of row.children) for (const [state, n] of Object.entries(count(child))) counts[state] = (counts[state] ?? 0) + n;
  row.counts = counts;
  return counts;
}

export function tree(runs: readonly Run[], flow: readonly TaskNode[] = [], ended = true): Row[] {
  const rows = new Map(runs.map((run) => [run.id, rowOf(run, 0)]));
  const roots: Row[] = [];
  for (const run of runs) {
    const row = rows.get(run.id);
    const parent = run.parentTaskRunId === undefined ? undefined : rows.get(run.parentTaskRunId);
    if (row) (parent?.children ?? roots).push(row);
  }
  const descend = (row: Row, depth: number): void => {
    row.depth = depth;
    for (const child of row.children) descend(child, depth + 1);
  };
  for (const root of roots) {
    descend(root, 0);
    group(root);
    count(root);
  }
  roots.sort(byStart);
  if (!ended) for (const node of flow) if (!runs.some((run) => run.taskId === node.id)) roots.push(pending(node, 0));
  return roots;
}

// The end of each level of which not all are here says so: `rest` has how many more there are.
export function withRest(rows: readonly Row[], rest: ReadonlyMap<string, number>, open: (row: Row) => boolean): Row[] {
  const seen: Row[] = [];
  const tail = (key: string, depth: number): void => {
    const more = rest.get(key);
    if (more !== undefined) seen.push({ key: `more:${key}`, depth, taskId: '', value: '', state: '', children: [], size: 0, counts: {}, more });
  };
  const above: Row[] = [];
  for (const row of rows) {
    while (above.length > 0 && (above[above.length - 1]?.depth ?? 0) >= row.depth) { const done = above.pop(); if (done) tail(done.key, done.depth + 1); }
    seen.push(row);
    if (row.size > 0 && open(row)) above.push(row);
  }
  for (let done = above.pop(); done; done = above.pop()) tail(done.key, done.depth + 1);
  tail('', 0);
  return seen;
}

// What is seen: folded rows hide their children; a text keeps the rows that match and the rows above them.
export function visible(roots: readonly Row[], folded: (row: Row) => boolean, keep: (row: Row) => boolean): Row[] {
  const seen: Row[] = [];
  const matches = (row: Row): boolean => keep(row) || row.children.some(matches);
  const visit = (row: Row): void => {
    if (!matches(row)) return;
    seen.push(row);
    if (!folded(row)) row.children.forEach(visit);
  };
  roots.forEach(visit);
  return seen;
}

// Rounded steps for the ticks of a time axis, at most `most` of them.
export function ticks(from: number, to: number, most: number): number[] {
  const sizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000, 2_592_000_000];
  const size = sizes.find((step) => (to - from) / step <= most) ?? Math.ceil((to - from) / most);
  const found: number[] = [];
  for (let at = Math.ceil(from / size) * size; at <= to; at += size) found.push(at);
  return found;
}

export const lastTime = (runs: readonly Run[]): number | undefined => {
  const times = runs.flatMap((run) => [time(run.state.endDate), time(run.state.startDate)]).filter((at): at is number => at !== undefined);
  return times.length === 0 ? undefined : times.reduce((left, right) => Math.max(left, right), 0);
};
