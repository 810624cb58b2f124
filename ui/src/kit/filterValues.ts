// Which values a condition can have: the application provides them, because the kit makes no requests (UI-130).
import type { InjectionKey } from 'vue';
import type { Filter } from '@/model/filters';

export interface FilterValues { keys: string[]; values: string[] }
// `key`: of a label. `range`: the conditions on the time of the list.
export type AskForValues = (field: string, key: string, range: readonly Filter[]) => Promise<FilterValues>;
export const filterValues: InjectionKey<AskForValues> = Symbol('values of filters');
