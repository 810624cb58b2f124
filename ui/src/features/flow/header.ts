// What the edit tab tells the header of its page: whether there is something to save, and how.
import type { InjectionKey, Ref } from 'vue';

export interface FlowHeader { dirty: boolean; canSave: boolean; busy: boolean; save: () => Promise<void> }
export const flowHeader: InjectionKey<Ref<FlowHeader | undefined>> = Symbol('flow header');
