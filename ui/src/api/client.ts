// Typed calls of the REST API. Paths, bodies and answers come from contract.d.ts.
import createClient from 'openapi-fetch';
import { apiBase, csrf } from './base';
import type { components, paths } from './generated/contract';
import { apiError, ApiError } from './errors';

export type Schemas = components['schemas'];
export const tenant = 'main';

let signIn: () => void = () => undefined;
export function onUnauthorized(action: () => void): void {
  signIn = action;
}

export const api = createClient<paths>({ baseUrl: apiBase, credentials: 'same-origin' });
api.use({
  onRequest({ request }) {
    const value = csrf();
    if (value !== '' && !['GET', 'HEAD'].includes(request.method)) request.headers.set('X-CSRF-TOKEN', value);
    request.headers.set('X-Requested-With', 'XMLHttpRequest');
    return request;
  },
  onResponse({ request, response, schemaPath }) {
    // The session itself asks for these to see whether somebody is signed in.
    const asks = schemaPath.endsWith('/login') || (request.method === 'GET' && ['/configs', '/me', '/me/preferences'].some((path) => schemaPath.endsWith(path)));
    if (response.status === 401 && !asks) signIn();
  },
  onError: ({ error }) => (error instanceof DOMException && error.name === 'AbortError' ? error : new ApiError(0, error instanceof Error ? error.message : String(error), 'NETWORK', [], '')),
});

interface Answer<T> { data?: T | undefined; error?: unknown; response: Response }

// The answer's body, or an ApiError.
export async function take<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw apiError(response.status, error, response.statusText);
  return data as T;
}

export const yaml = { headers: { 'Content-Type': 'application/x-yaml' }, bodySerializer: (body: unknown) => body as string };
export const form = { bodySerializer: (body: unknown) => body as FormData };
export const raw = (query: string) => ({ querySerializer: () => query });

export const json = { headers: { 'Content-Type': 'application/json' } };
export const plain = { bodySerializer: (body: unknown) => body as string, parseAs: 'text' as const };

// An operation on many things: by a list of them in the body, or by the filters of a list in the query.
export type BulkResponse = Schemas['BulkResponse'];
type Untyped = (path: string, init: object) => Promise<Answer<BulkResponse>>;
export const bulk = (method: 'POST' | 'DELETE', path: keyof paths, options: { body?: unknown; query?: string }): Promise<BulkResponse> =>
  take((method === 'POST' ? (api.POST as unknown as Untyped) : (api.DELETE as unknown as Untyped))(path, {
    params: { path: { tenant } }, ...(options.query === undefined ? {} : raw(options.query)), ...(options.body === undefined ? {} : { body: options.body }),
  }));

// The address of something that the browser downloads by itself.
export const download = (path: string, query = ''): string => `${apiBase}/api/v1/${tenant}/${path}${query === '' ? '' : `?${query}`}`;

// Gives a file to the browser that was made in the page.
export function saveAs(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), keepBlob);
}
const keepBlob = 10_000;
