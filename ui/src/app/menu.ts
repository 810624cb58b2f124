// The menu: its groups and entries, in the order of UI-40. Only what leads to a page is in it; `reads`: the permission whose READ it needs.
import type { IconName } from '@/kit/icons/icons';
import { usePersonal } from '@/kit/keep';
import type { MenuChoice } from '@/model/menuOrder';

export interface MenuLink { id: string; icon: IconName; to: string; reads?: string }
export const groups: { id: string; entries: MenuLink[] }[] = [
  {
    id: 'main',
    entries: [
      { id: 'welcome', icon: 'star', to: '/main/welcome' },
      { id: 'dashboards', icon: 'home', to: '/main/dashboards', reads: 'DASHBOARD' },
      { id: 'flows', icon: 'flow', to: '/main/flows', reads: 'FLOW' },
      { id: 'executions', icon: 'runs', to: '/main/executions', reads: 'EXECUTION' },
      { id: 'logs', icon: 'logs', to: '/main/logs', reads: 'EXECUTION' },
      { id: 'namespaces', icon: 'folder', to: '/main/namespaces', reads: 'NAMESPACE' },
      { id: 'plugins', icon: 'plug', to: '/main/plugins', reads: 'PLUGIN' },
      { id: 'blueprints', icon: 'book', to: '/main/blueprints/flow/community', reads: 'BLUEPRINT' },
    ],
  },
  {
    id: 'tenant',
    entries: [
      { id: 'stats', icon: 'gauge', to: '/main/admin/stats' },
      { id: 'kv', icon: 'list', to: '/main/kv', reads: 'KVSTORE' },
      { id: 'secrets', icon: 'key', to: '/main/secrets', reads: 'SECRET' },
      { id: 'triggers', icon: 'bolt', to: '/main/admin/triggers', reads: 'EXECUTION' },
      { id: 'limits', icon: 'limit', to: '/main/admin/concurrency-limits', reads: 'FLOW' },
    ],
  },
  { id: 'server', entries: [{ id: 'instance', icon: 'server', to: '/main/admin/instance', reads: 'INFRASTRUCTURE' }, { id: 'preferences', icon: 'gear', to: '/main/preferences' }] },
];
// The choice of a person (UI-43), kept by the server.
export const menuChoice = usePersonal<Partial<MenuChoice>>('menu', {});
export const links: MenuLink[] = groups.flatMap((group) => group.entries);
export const phoneLinks: MenuLink[] = ['dashboards', 'flows', 'executions'].flatMap((id) => links.filter((link) => link.id === id));
