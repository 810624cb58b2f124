// What the server keeps for the person who uses the pages: preferences, starred pages, filters of lists.
import { api, json, take, tenant, type Schemas } from '../client';

export type SavedFilter = Schemas['SavedFilter'];
export type SavedFilterBody = Schemas['SavedFilterBody'];
const path = { tenant };
// A request that is under way when the page is left is still sent.
const lasting = { keepalive: true };

export const meKey = ['me'];
export const fetchMe = () => take(api.GET('/api/v1/me'));
export const fetchPreferences = () => take(api.GET('/api/v1/me/preferences'));
export const putPreferences = (body: Schemas['Preferences']) => take(api.PUT('/api/v1/me/preferences', { body, ...json, ...lasting }));
export const fetchBookmarks = () => take(api.GET('/api/v1/{tenant}/me/bookmarks', { params: { path } }));
export const putBookmarks = (body: Schemas['Bookmark'][]) => take(api.PUT('/api/v1/{tenant}/me/bookmarks', { params: { path }, body, ...json, ...lasting }));

export const fetchFilters = (page: string, signal?: AbortSignal) => take(api.GET('/api/v1/{tenant}/me/filters', { params: { path, query: { page } }, ...(signal ? { signal } : {}) }));
export const createFilter = (body: SavedFilterBody) => take(api.POST('/api/v1/{tenant}/me/filters', { params: { path }, body, ...json }));
export const updateFilter = (id: string, body: SavedFilterBody) => take(api.PUT('/api/v1/{tenant}/me/filters/{id}', { params: { path: { tenant, id } }, body, ...json }));
export const deleteFilter = (id: string) => take(api.DELETE('/api/v1/{tenant}/me/filters/{id}', { params: { path: { tenant, id } } }));
