import { useQuery, useQueryClient } from '@tanstack/vue-query';
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

const schemaKey = ['plugins', 'schemas', 'flow'];
const fetchFlowSchema = async (): Promise<SchemaRoot> => (await take(api.GET('/api/v1/plugins/schemas/{type}', { params: { path: { type: 'flow' } } }))) as unknown as SchemaRoot;

// The description of a whole flow, with all types: half a megabyte, asked for once.
export const useFlowSchema = (enabled: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: schemaKey,
    queryFn: fetchFlowSchema,
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

// The outputs of a type, by name.
export async function fetchOutputs(cls: string): Promise<string[]> {
  const answer: unknown = await take(api.GET('/api/v1/plugins/{cls}', { params: { path: { cls } } }));
  return Object.keys((answer as { schema?: { outputs?: { properties?: object } } }).schema?.outputs?.properties ?? {});
}
export async function fetchExpressionNames(): Promise<{ filters: string[]; functions: string[] }> {
  const [filters, functions] = await Promise.all([take(api.GET('/api/v1/pebble/filters', {})), take(api.GET('/api/v1/pebble/functions', {}))]);
  return { filters: filters as unknown as string[], functions: (functions as unknown as { name: string }[]).map((one) => one.name) };
}

// What completion asks for; each answer is kept.
export function useAssist() {
  const client = useQueryClient();
  const lookups = useWritingLookups();
  const kept = <T>(key: unknown[], queryFn: () => Promise<T>, staleTime: number): Promise<T> => client.fetchQuery({ queryKey: ['assist', ...key], queryFn, staleTime });
  const soon = 30_000;
  return (namespace: () => string) => ({
    schema: (): Promise<SchemaRoot> => client.fetchQuery({ queryKey: schemaKey, queryFn: fetchFlowSchema, staleTime: Infinity }),
    names: () => kept(['names'], fetchExpressionNames, Infinity),
    ask: (ask: { want: 'outputs'; type: string } | { want: 'flows'; namespace: string } | { want: 'namespaces' | 'secrets' | 'files' }): Promise<string[]> => {
      if (ask.want === 'outputs') return kept(['outputs', ask.type], () => fetchOutputs(ask.type), Infinity);
      if (ask.want === 'flows') return kept(['flows', ask.namespace], () => lookups.flows(ask.namespace || namespace()), soon);
      if (ask.want === 'namespaces') return kept(['namespaces'], lookups.namespaces, soon);
      return kept([ask.want, namespace()], () => lookups[ask.want](namespace()), soon);
    },
  });
}
