// The menu: its groups and entries, in the order of UI-40. Only what leads to a page is in it.
import type { IconName } from '@/kit/icons/icons';

export interface MenuLink { id: string; icon: IconName; to: string }
export const groups: { id: string; entries: MenuLink[] }[] = [
  {
    id: 'main',
    entries: [
      { id: 'welcome', icon: 'star', to: '/main/welcome' },
      { id: 'dashboards', icon: 'home', to: '/main/dashboards' },
      { id: 'flows', icon: 'flow', to: '/main/flows' },
      { id: 'executions', icon: 'runs', to: '/main/executions' },
      { id: 'logs', icon: 'logs', to: '/main/logs' },
      { id: 'namespaces', icon: 'folder', to: '/main/namespaces' },
      { id: 'plugins', icon: 'plug', to: '/main/plugins' },
      { id: 'blueprints', icon: 'book', to: '/main/blueprints/flow/community' },
    ],
  },
  {
    id: 'tenant',
    entries: [
      { id: 'stats', icon: 'gauge', to: '/main/admin/stats' },
      { id: 'kv', icon: 'list', to: '/main/kv' },
      { id: 'secrets', icon: 'key', to: '/main/secrets' },
      { id: 'triggers', icon: 'bolt', to: '/main/admin/triggers' },
      { id: 'limits', icon: 'limit', to: '/main/admin/concurrency-limits' },
    ],
  },
  { id: 'server', entries: [{ id: 'instance', icon: 'server', to: '/main/admin/instance' }, { id: 'preferences', icon: 'gear', to: '/main/preferences' }] },
];
export const links: MenuLink[] = groups.flatMap((group) => group.entries);
export const phoneLinks: MenuLink[] = ['dashboards', 'flows', 'executions'].flatMap((id) => links.filter((link) => link.id === id));
