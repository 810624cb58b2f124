import { useQuery } from '@tanstack/vue-query';
import { api, take, tenant } from '../client';

export const fetchLoginConfiguration = () => take(api.GET('/api/v1/configs/login'));
export const fetchConfiguration = () => take(api.GET('/api/v1/configs'));

export const login = (username: string, password: string) => take(api.POST('/api/v1/login', { body: { username, password } as never }));
export const fetchCredentialProblems = () => take(api.GET('/api/v1/basicAuthValidationErrors'));
// The first account of an installation; from then on a login is required.
export const createFirstAccount = (username: string, password: string) => take(api.POST('/api/v1/{tenant}/basicAuth', { params: { path: { tenant } }, body: { username, password } as never }));
export const logout = () => take(api.POST('/api/v1/logout', {}));
export const configurationKey = ['configuration'];
export const useConfiguration = () => useQuery({ queryKey: configurationKey, queryFn: fetchConfiguration, staleTime: Infinity });
