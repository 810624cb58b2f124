// Two executions side by side (UI-1100): which of their tasks differ, and by how much. Pure.
import { parseDuration } from './duration';

export interface Side { state: string; duration?: string }
export interface Task { taskId: string; value?: string; left?: Side; right?: Side }
export interface TaskRow { key: string; taskId: string; value: string; left: Side | undefined; right: Side | undefined; by: number | undefined; differs: boolean }

const tolerance = 0.2; // of the duration: less is no difference worth a look
const least = 1000;

export function rowsOf(tasks: readonly Task[]): TaskRow[] {
  return tasks.map((task, i) => {
    const [left, right] = [task.left, task.right].map((side) => (side?.duration === undefined ? undefined : parseDuration(side.duration)));
    const by = left === undefined || right === undefined ? undefined : right - left;
    const slower = by !== undefined && Math.abs(by) >= Math.max(least, tolerance * Math.max(left ?? 0, right ?? 0));
    return { key: `${i}`, taskId: task.taskId, value: task.value ?? '', left: task.left, right: task.right, by, differs: task.left?.state !== task.right?.state || slower };
  });
}
