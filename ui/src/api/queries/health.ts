import { useQuery } from '@tanstack/vue-query';
import { api, take } from '../client';

const often = 5000;
export const useHealth = () => useQuery({ queryKey: ['instance', 'health'], queryFn: ({ signal }) => take(api.GET('/api/v1/instance/health', { signal })), refetchInterval: often, placeholderData: (before) => before });
