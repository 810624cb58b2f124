// What the caller may do, as `GET me` lists it (UI-7). Pure.
export type PermissionAction = 'CREATE' | 'READ' | 'UPDATE' | 'DELETE';
export interface Permission { permission: string; action: string; namespaces: readonly string[] }
// A permission, what is done, and the namespace in which; without one, anywhere is enough.
export type Needs = readonly [permission: string, action: PermissionAction, namespace?: string];

// A right in `a.b` holds in `a.b.c` too; the empty name stands for the whole tenant.
const covers = (held: string, namespace: string): boolean => held === '' || held === namespace || namespace.startsWith(`${held}.`);

// While the list is not known nothing is hidden: the server refuses what is not allowed.
export function allowsTo(list: readonly Permission[] | undefined, [permission, action, namespace]: Needs): boolean {
  if (list === undefined) return true;
  return list.some((one) => one.permission === permission && one.action === action && one.namespaces.some((held) => namespace === undefined || covers(held, namespace)));
}
