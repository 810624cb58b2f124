// The values that conditions of lists are offered: of namespaces with those above them, of flows, triggers and labels what executions of the
// range had (UI-130).
import { useQueryClient } from '@tanstack/vue-query';
import { tenant } from '@/api/client';
import { fetchDistinct } from '@/api/queries/executions';
import { fetchNamespaceNames } from '@/api/queries/namespaces';
import type { AskForValues } from '@/kit/filterValues';
import { labelsOf, withAncestors } from '@/model/filterValues';
import { toPairs } from '@/model/filters';

const fresh = 30_000;
const ofExecutions = ['flowId', 'triggerId', 'labels'];

export function useFilterValues(): AskForValues {
  const client = useQueryClient();
  return async (field, key, range) => {
    if (field === 'namespace') return { keys: [], values: withAncestors(await client.fetchQuery({ queryKey: [tenant, 'namespaces', 'names'], queryFn: fetchNamespaceNames, staleTime: fresh })) };
    if (!ofExecutions.includes(field)) return { keys: [], values: [] };
    const query = new URLSearchParams([['field', field], ['size', '500'], ...toPairs(range)]).toString();
    const found = await client.fetchQuery({ queryKey: [tenant, 'executions', 'distinct', query], queryFn: () => fetchDistinct(query), staleTime: fresh });
    return field === 'labels' ? labelsOf(found, key) : { keys: [], values: found };
  };
}
