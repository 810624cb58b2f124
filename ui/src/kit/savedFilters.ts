// Where saved filters come from: the application provides it, because the kit makes no requests.
import type { InjectionKey, Ref } from 'vue';

export interface SavedFilter { id: string; name: string; query: string; default: boolean; shared: boolean; owner: string; mine: boolean }
export type SavedFilterBody = Pick<SavedFilter, 'name' | 'query' | 'default' | 'shared'>;
export interface FilterStore {
  sets: Ref<SavedFilter[] | undefined>;
  create: (body: SavedFilterBody) => Promise<void>;
  update: (id: string, body: SavedFilterBody) => Promise<void>;
  remove: (id: string) => Promise<void>;
}
export const filterStore: InjectionKey<(page: string) => FilterStore> = Symbol('filters');
