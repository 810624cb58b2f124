// Notifications: successes leave after four seconds, those that can be undone after eight (UI-1090), errors stay until they are closed; the same error within five seconds is counted (UI-47).
import { reactive } from 'vue';

export interface Toast {
  id: number;
  state: 'SUCCESS' | 'FAILED';
  title: string;
  lines: string[];
  code: string;
  count: number;
  at: number;
  to?: string;
  undo?: () => Promise<void>;
}

const shownFor = 4000;
const undoFor = 8000;
const collapseWithin = 5000;
let last = 0;
export const toasts = reactive<Toast[]>([]);

export function closeToast(id: number): void {
  const at = toasts.findIndex((toast) => toast.id === id);
  if (at >= 0) toasts.splice(at, 1);
}

export function succeed(title: string, to?: string): void {
  const toast: Toast = { id: ++last, state: 'SUCCESS', title, lines: [], code: '', count: 1, at: Date.now(), ...(to === undefined ? {} : { to }) };
  toasts.push(toast);
  setTimeout(() => closeToast(toast.id), shownFor);
}

// Something was deleted on the server, and `undo` makes it again from what was read just before.
export function succeedWithUndo(title: string, undo: () => Promise<void>): void {
  const toast: Toast = { id: ++last, state: 'SUCCESS', title, lines: [], code: '', count: 1, at: Date.now(), undo };
  toasts.push(toast);
  setTimeout(() => closeToast(toast.id), undoFor);
}

export function fail(title: string, lines: string[] = [], code = ''): void {
  const same = toasts.find((toast) => toast.state === 'FAILED' && toast.title === title && Date.now() - toast.at < collapseWithin);
  if (same) {
    same.count++;
    same.at = Date.now();
    return;
  }
  toasts.push({ id: ++last, state: 'FAILED', title, lines, code, count: 1, at: Date.now() });
}

// A toast stands above a dialog and is no part of it: a click there does not close the dialog.
export function keepOpen(event: CustomEvent<{ originalEvent: Event }>): void {
  const { target } = event.detail.originalEvent;
  if (target instanceof Element && target.closest('.toasts')) event.preventDefault();
}
