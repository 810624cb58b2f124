// What the caller may do on this server. The session reads it once; what can never be done is not shown (UI-6, UI-7).
import { shallowRef } from 'vue';
import { allowsTo, type Needs, type Permission } from '@/model/permissions';

export const permissions = shallowRef<readonly Permission[]>();
export const may = (...needs: Needs): boolean => allowsTo(permissions.value, needs);
