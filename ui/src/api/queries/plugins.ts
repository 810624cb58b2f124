import { useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { api, take } from '../client';

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
