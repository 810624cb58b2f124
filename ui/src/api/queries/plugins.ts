import { useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import type { SchemaRoot } from '@/model/pluginSchema';
import { api, raw, take, tenant } from '../client';

export interface PluginProperty { title?: string; description?: string; default?: unknown; type?: string; enum?: string[] }
export interface PluginDoc { title: string; description: string; required: string[]; properties: [string, PluginProperty][] }

interface RawSchema { title?: string; description?: string; required?: string[]; properties?: Record<string, PluginProperty> }

export async function fetchPlugin(cls: string, signal?: AbortSignal): Promise<PluginDoc> {
  const answer: unknown = await take(api.GET('/api/v1/plugins/{cls}', { params: { path: { cls } }, ...(signal ? { signal } : {}) }));
  const schema = (answer as { schema?: { properties?: RawSchema } }).schema?.properties ?? {};
  const required = schema.required ?? [];
  const properties = Object.entries(schema.properties ?? {});
  properties.sort((left, right) => Number(required.includes(right[0])) - Number(required.includes(left[0])));
  return { title: schema.title ?? cls, description: schema.description ?? '', required, properties };
}

export const usePlugin = (cls: MaybeRefOrGetter<string | undefined>) =>
  useQuery({
    queryKey: ['plugin', computed(() => toValue(cls))],
    queryFn: ({ signal }) => fetchPlugin(toValue(cls) ?? '', signal),
    enabled: computed(() => toValue(cls) !== undefined),
    staleTime: Infinity,
    retry: false,
  });

export interface PluginType { cls: string; title: string; kind: string }

export async function fetchTypes(): Promise<PluginType[]> {
  const answer: unknown = await take(api.GET('/api/v1/plugins', { params: {} }));
  // Without a page, the answer is a list of all.
  const groups = Array.isArray(answer) ? (answer as Record<string, unknown>[]) : (answer as { results?: Record<string, unknown>[] }).results ?? [];
  return groups.flatMap((group) =>
    ['tasks', 'triggers'].flatMap((kind) => ((group[kind] ?? []) as { cls: string; title?: string; deprecated?: boolean }[])
      .filter((element) => element.deprecated !== true)
      .map((element) => ({ cls: element.cls, title: element.title ?? '', kind }))),
  );
}

// The description of a whole flow, with all types: half a megabyte, asked for once.
export const useFlowSchema = (enabled: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: ['plugins', 'schemas', 'flow'],
    queryFn: async ({ signal }) => (await take(api.GET('/api/v1/plugins/schemas/{type}', { params: { path: { type: 'flow' } }, signal }))) as unknown as SchemaRoot,
    enabled: computed(() => toValue(enabled)),
    staleTime: Infinity,
  });

// Names that a field of a form offers.
export function useWritingLookups() {
  return {
    namespaces: async (): Promise<string[]> => (await take(api.GET('/api/v1/{tenant}/flows/distinct-namespaces', { params: { path: { tenant } } }))) as unknown as string[],
    flows: async (namespace: string): Promise<string[]> => {
      const found = await take(api.GET('/api/v1/{tenant}/flows/search', { params: { path: { tenant } }, ...raw(new URLSearchParams({ size: '100', 'filters[namespace][EQUALS]': namespace }).toString()) }));
      return found.results.map((flow) => flow.id);
    },
    secrets: async (namespace: string): Promise<string[]> => {
      const found: unknown = await take(api.GET('/api/v1/{tenant}/namespaces/{namespace}/secrets', { params: { path: { tenant, namespace } } }));
      return ((found as { results?: { key?: string; secretKey?: string }[] }).results ?? []).map((one) => one.key ?? one.secretKey ?? '');
    },
    files: async (namespace: string): Promise<string[]> => (await take(api.GET('/api/v1/{tenant}/namespaces/{namespace}/files/search', { params: { path: { tenant, namespace }, query: { q: '' } } }))) as unknown as string[],
  };
}
