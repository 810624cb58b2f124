// Which flow somebody wants to execute: pages set it, the shell shows the dialog.
import { shallowRef } from 'vue';

export interface ExecuteRequest { key: number; namespace: string; flowId: string; values?: Record<string, unknown>; prefill?: string }

let last = 0;
export const executeRequest = shallowRef<ExecuteRequest>();

// `prefill`: the execution whose inputs and labels are taken.
export function askToExecute(namespace: string, flowId: string, values?: Record<string, unknown>, prefill?: string): void {
  executeRequest.value = { key: ++last, namespace, flowId, ...(values === undefined ? {} : { values }), ...(prefill === undefined ? {} : { prefill }) };
}
export function closeExecute(): void {
  executeRequest.value = undefined;
}
