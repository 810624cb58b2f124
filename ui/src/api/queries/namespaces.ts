import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { ApiError } from '../errors';
import { api, plain, raw, take, tenant, type Schemas } from '../client';

export type Namespace = Schemas['Namespace'];
export type KvEntry = Schemas['KVEntry'];
export type KvDetail = Schemas['KvDetail'];
export type Secret = Schemas['Secret'];
export type FileAttributes = Schemas['FileAttributes'];

const most = 5000;
export const useNamespaces = () =>
  useQuery({
    queryKey: [tenant, 'namespaces', 'search'],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/namespaces/search', { params: { path: { tenant } }, signal, ...raw(`size=${most}&sort=id:asc`) })),
    placeholderData: (before) => before,
  });

// A namespace that has no record of its own is there all the same: it has flows, keys or files.
export const useNamespace = (id: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'namespaces', 'one', computed(() => toValue(id))],
    queryFn: async ({ signal }): Promise<Namespace> => {
      try {
        return await take(api.GET('/api/v1/{tenant}/namespaces/{id}', { params: { path: { tenant, id: toValue(id) } }, signal }));
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return { id: toValue(id), deleted: false };
        throw error;
      }
    },
  });

export const useInherited = (id: MaybeRefOrGetter<string>, what: 'variables' | 'plugindefaults') =>
  useQuery({
    queryKey: [tenant, 'namespaces', what, computed(() => toValue(id))],
    queryFn: ({ signal }): Promise<unknown> => {
      const path = { tenant, id: toValue(id) };
      return what === 'variables'
        ? take(api.GET('/api/v1/{tenant}/namespaces/{id}/inherited-variables', { params: { path }, signal }))
        : take(api.GET('/api/v1/{tenant}/namespaces/{id}/inherited-plugindefaults', { params: { path }, signal }));
    },
  });

export function useSaveNamespace() {
  const client = useQueryClient();
  return async (namespace: Schemas['NamespaceToWrite'], create = false): Promise<void> => {
    if (create) await take(api.POST('/api/v1/{tenant}/namespaces', { params: { path: { tenant } }, body: namespace }));
    else await take(api.PUT('/api/v1/{tenant}/namespaces/{id}', { params: { path: { tenant, id: namespace.id } }, body: namespace }));
    await client.invalidateQueries({ queryKey: [tenant, 'namespaces'] });
  };
}

export const useKv = (query: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'kv', 'search', computed(() => toValue(query))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/kv', { params: { path: { tenant } }, signal, ...raw(toValue(query)) })),
    placeholderData: (before) => before,
  });

// Of no namespace, nothing is asked.
export const useInheritedKv = (namespace: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'kv', 'inherited', computed(() => toValue(namespace))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/namespaces/{namespace}/kv/inheritance', { params: { path: { tenant, namespace: toValue(namespace) } }, signal })),
    enabled: computed(() => toValue(namespace) !== ''),
  });

export const useKvDetail = (namespace: MaybeRefOrGetter<string>, key: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'kv', 'one', computed(() => toValue(namespace)), computed(() => toValue(key))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/namespaces/{namespace}/kv/{key}/detail', { params: { path: { tenant, namespace: toValue(namespace), key: toValue(key) } }, signal })),
    enabled: computed(() => toValue(key) !== ''),
    gcTime: 0,
    staleTime: 0,
  });

export const fetchKv = (namespace: string, key: string) =>
  take(api.GET('/api/v1/{tenant}/namespaces/{namespace}/kv/{key}/detail', { params: { path: { tenant, namespace, key } } }));

export interface KvToWrite { namespace: string; key: string; value: string; ttl?: string; description?: string }

export function useSaveKv() {
  const client = useQueryClient();
  return async (entry: KvToWrite): Promise<void> => {
    const headers = { 'Content-Type': 'text/plain', ...(entry.ttl ? { ttl: entry.ttl } : {}), ...(entry.description ? { description: encodeHeader(entry.description) } : {}) };
    await take(api.PUT('/api/v1/{tenant}/namespaces/{namespace}/kv/{key}', { params: { path: { tenant, namespace: entry.namespace, key: entry.key } }, body: entry.value, ...plain, headers }));
    await client.invalidateQueries({ queryKey: [tenant, 'kv'] });
  };
}
// A header holds bytes: text outside of Latin-1 goes as its UTF-8 bytes.
const encodeHeader = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text.replaceAll(/[\r\n]+/g, ' ')));

export function useDeleteKv() {
  const client = useQueryClient();
  return async (namespace: string, keys: string[]): Promise<void> => {
    await take(api.DELETE('/api/v1/{tenant}/namespaces/{namespace}/kv', { params: { path: { tenant, namespace } }, body: { keys } }));
    for (const key of keys) client.removeQueries({ queryKey: [tenant, 'kv', 'one', namespace, key] }); // it is not asked for again
    await client.invalidateQueries({ queryKey: [tenant, 'kv'] });
  };
}

export const useSecrets = (query: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'secrets', 'search', computed(() => toValue(query))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/secrets', { params: { path: { tenant } }, signal, ...raw(toValue(query)) })),
    placeholderData: (before) => before,
  });

export const useInheritedSecrets = (namespace: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'secrets', 'inherited', computed(() => toValue(namespace))],
    queryFn: async ({ signal }) => (await take(api.GET('/api/v1/{tenant}/namespaces/{namespace}/inherited-secrets', { params: { path: { tenant, namespace: toValue(namespace) } }, signal }))) as unknown as Record<string, string[]>,
    enabled: computed(() => toValue(namespace) !== ''),
  });

// An empty value keeps the one that is stored: it is never read back.
export function useSaveSecret() {
  const client = useQueryClient();
  return async (namespace: string, secret: Schemas['SecretToWrite'] & { key: string }, change: boolean): Promise<void> => {
    if (change) await take(api.PATCH('/api/v1/{tenant}/namespaces/{namespace}/secrets/{key}', { params: { path: { tenant, namespace, key: secret.key } }, body: secret }));
    else await take(api.PUT('/api/v1/{tenant}/namespaces/{namespace}/secrets', { params: { path: { tenant, namespace } }, body: secret }));
    await client.invalidateQueries({ queryKey: [tenant, 'secrets'] });
  };
}

export function useDeleteSecret() {
  const client = useQueryClient();
  return async (namespace: string, key: string): Promise<void> => {
    await take(api.DELETE('/api/v1/{tenant}/namespaces/{namespace}/secrets/{key}', { params: { path: { tenant, namespace, key } } }));
    await client.invalidateQueries({ queryKey: [tenant, 'secrets'] });
  };
}

export const fetchNamespaceNames = async (): Promise<string[]> => (await take(api.GET('/api/v1/{tenant}/namespaces/search', { params: { path: { tenant } }, ...raw(`size=${most}&sort=id:asc`) }))).results.map((one) => one.id);
