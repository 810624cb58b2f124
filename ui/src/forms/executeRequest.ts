// Which flow somebody wants to execute: pages set it, the shell shows the dialog.
import { shallowRef } from 'vue';

export interface ExecuteRequest { key: number; namespace: string; flowId: string; values?: Record<string, unknown> }

let last = 0;
export const executeRequest = shallowRef<ExecuteRequest>();

export function askToExecute(namespace: string, flowId: string, values?: Record<string, unknown>): void {
  executeRequest.value = { key: ++last, namespace, flowId, ...(values === undefined ? {} : { values }) };
}
export function closeExecute(): void {
  executeRequest.value = undefined;
}
