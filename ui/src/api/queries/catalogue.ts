import { useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { api, raw, take, tenant, type Schemas } from '../client';

export type Plugin = Schemas['Plugin'];
export type Blueprint = Schemas['Blueprint'];

export const usePluginGroups = () =>
  useQuery({ queryKey: ['plugins', 'groups'], queryFn: ({ signal }) => take(api.GET('/api/v1/plugins/groups/subgroups', { signal })), staleTime: Infinity });

export const usePluginPage = (cls: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['plugins', 'page', computed(() => toValue(cls))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/plugins/{cls}', { params: { path: { cls: toValue(cls) } }, signal })),
    staleTime: Infinity,
    retry: false,
  });

export const useBlueprints = (kind: MaybeRefOrGetter<string>, query: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'blueprints', computed(() => toValue(kind)), computed(() => toValue(query))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/blueprints/community/{kind}', { params: { path: { tenant, kind: toValue(kind) } }, signal, ...raw(toValue(query)) })),
    staleTime: Infinity,
    placeholderData: (before) => before,
  });

export const useBlueprintTags = (kind: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'blueprints', 'tags', computed(() => toValue(kind))],
    queryFn: async ({ signal }) => (await take(api.GET('/api/v1/{tenant}/blueprints/community/{kind}/tags', { params: { path: { tenant, kind: toValue(kind) } }, signal }))) as unknown as { id: string; name: string }[],
    staleTime: Infinity,
  });

export const useBlueprint = (kind: MaybeRefOrGetter<string>, id: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'blueprints', 'one', computed(() => toValue(kind)), computed(() => toValue(id))],
    queryFn: async ({ signal }) => {
      const path = { tenant, kind: toValue(kind), id: toValue(id) };
      const [blueprint, source] = await Promise.all([
        take(api.GET('/api/v1/{tenant}/blueprints/community/{kind}/{id}', { params: { path }, signal })),
        take(api.GET('/api/v1/{tenant}/blueprints/community/{kind}/{id}/source', { params: { path }, parseAs: 'text', signal })),
      ]);
      return { ...blueprint, source };
    },
    enabled: computed(() => toValue(id) !== ''),
    staleTime: Infinity,
  });

export const useBlueprintGraph = (id: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) =>
  useQuery({
    queryKey: [tenant, 'blueprints', 'graph', computed(() => toValue(id))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/blueprints/community/{kind}/{id}/graph', { params: { path: { tenant, kind: 'flow', id: toValue(id) } }, signal })),
    enabled: computed(() => toValue(enabled)),
    staleTime: Infinity,
    retry: false,
  });
