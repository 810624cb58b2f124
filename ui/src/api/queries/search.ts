import { api, take, tenant, type Schemas } from '../client';

export type Finding = Schemas['Finding'];
export const searchEverything = (q: string, size: number, signal?: AbortSignal) =>
  take(api.GET('/api/v1/{tenant}/search', { params: { path: { tenant }, query: { q, size } }, ...(signal ? { signal } : {}) }));
