import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { api, download, form, take, tenant } from '../client';

const path = (namespace: string) => ({ tenant, namespace });

export const fetchDirectory = (namespace: string, folder: string, signal?: AbortSignal) =>
  take(api.GET('/api/v1/{tenant}/namespaces/{namespace}/files/directory', { params: { path: path(namespace), query: folder === '' ? {} : { path: folder } }, ...(signal ? { signal } : {}) }));

export const searchFiles = async (namespace: string, text: string, signal?: AbortSignal): Promise<string[]> =>
  (await take(api.GET('/api/v1/{tenant}/namespaces/{namespace}/files/search', { params: { path: path(namespace), query: { q: text } }, ...(signal ? { signal } : {}) }))) as unknown as string[];

export const useFileText = (namespace: MaybeRefOrGetter<string>, file: MaybeRefOrGetter<string>, revision: MaybeRefOrGetter<number | undefined> = undefined) =>
  useQuery({
    queryKey: [tenant, 'files', 'text', computed(() => toValue(namespace)), computed(() => toValue(file)), computed(() => toValue(revision) ?? 0)],
    queryFn: async ({ signal }): Promise<string> => {
      const at = toValue(revision);
      const text: string | undefined = await take(api.GET('/api/v1/{tenant}/namespaces/{namespace}/files', { params: { path: path(toValue(namespace)), query: { path: toValue(file), ...(at === undefined ? {} : { revision: at }) } }, parseAs: 'text', signal }));
      return text ?? ''; // an empty file has no body
    },
    enabled: computed(() => toValue(file) !== ''),
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    retry: false,
  });

export const useFileStats = (namespace: MaybeRefOrGetter<string>, file: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'files', 'stats', computed(() => toValue(namespace)), computed(() => toValue(file))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/namespaces/{namespace}/files/stats', { params: { path: path(toValue(namespace)), query: { path: toValue(file) } }, signal })),
    enabled: computed(() => toValue(file) !== ''),
    gcTime: 0,
    retry: false,
  });

export const useFileRevisions = (namespace: MaybeRefOrGetter<string>, file: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: [tenant, 'files', 'revisions', computed(() => toValue(namespace)), computed(() => toValue(file))],
    queryFn: ({ signal }) => take(api.GET('/api/v1/{tenant}/namespaces/{namespace}/files/revisions', { params: { path: path(toValue(namespace)), query: { path: toValue(file) } }, signal })),
  });

export const fileDownload = (namespace: string, file: string): string => download(`namespaces/${encodeURIComponent(namespace)}/files`, new URLSearchParams({ path: file }).toString());
export const filesExport = (namespace: string): string => download(`namespaces/${encodeURIComponent(namespace)}/files/export`);

export function useFiles(namespace: MaybeRefOrGetter<string>) {
  const client = useQueryClient();
  const changed = () => client.invalidateQueries({ queryKey: [tenant, 'files'] });
  const at = () => path(toValue(namespace));
  return {
    changed,
    write: async (file: string, content: Blob): Promise<void> => {
      const data = new FormData();
      data.append('fileContent', content, file.slice(file.lastIndexOf('/') + 1));
      await take(api.POST('/api/v1/{tenant}/namespaces/{namespace}/files', { params: { path: at(), query: { path: file } }, body: data as never, ...form }));
    },
    makeFolder: (folder: string): Promise<unknown> => take(api.POST('/api/v1/{tenant}/namespaces/{namespace}/files/directory', { params: { path: at(), query: { path: folder } } })),
    move: (from: string, to: string): Promise<unknown> => take(api.PUT('/api/v1/{tenant}/namespaces/{namespace}/files', { params: { path: at(), query: { from, to } } })),
    remove: (file: string): Promise<unknown> => take(api.DELETE('/api/v1/{tenant}/namespaces/{namespace}/files', { params: { path: at(), query: { path: file } } })),
  };
}
