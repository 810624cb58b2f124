import { useQuery } from '@tanstack/vue-query';
import { api, take } from '../client';

export const fetchLoginConfiguration = () => take(api.GET('/api/v1/configs/login'));
export const fetchConfiguration = () => take(api.GET('/api/v1/configs'));

export const login = (username: string, password: string) => take(api.POST('/api/v1/login', { body: { username, password } as never }));
export const logout = () => take(api.POST('/api/v1/logout', {}));
export const configurationKey = ['configuration'];
export const useConfiguration = () => useQuery({ queryKey: configurationKey, queryFn: fetchConfiguration, staleTime: Infinity, refetchInterval: every });
const every = 30_000;
