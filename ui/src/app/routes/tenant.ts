import type { RouteRecordRaw } from 'vue-router';

const tab = (id: string, component: () => Promise<unknown>, list = false): RouteRecordRaw => ({ path: id, component: component as never, meta: { tab: id, ...(list ? { list } : {}) } });

export const tenantRoutes: RouteRecordRaw[] = [
  { path: '/main/welcome', component: () => import('@/features/welcome/WelcomePage.vue'), meta: { menu: 'welcome', group: 'welcome' } },
  { path: '/main/welcome/success', redirect: '/main/dashboards' },
  { path: '/main/dashboards', component: () => import('@/features/home/HomePage.vue'), meta: { menu: 'dashboards', list: true, group: 'home' } },
  { path: '/main/logs', component: () => import('@/features/logs/LogsPage.vue'), meta: { menu: 'logs', list: true, group: 'logs' } },
  { path: '/main/admin/triggers/:tab?', component: () => import('@/features/triggers/TriggersPage.vue'), meta: { menu: 'triggers', list: true, group: 'triggers' } },
  { path: '/main/namespaces', component: () => import('@/features/namespaces/NamespacesPage.vue'), meta: { menu: 'namespaces', list: true, group: 'namespaces' } },
  {
    path: '/main/namespaces/edit/:id',
    component: () => import('@/features/namespaces/NamespacePage.vue'),
    meta: { menu: 'namespaces', group: 'namespace' },
    props: true,
    children: [
      { path: '', redirect: (to) => ({ path: `${to.path.replace(/\/$/, '')}/overview`, query: to.query }) },
      tab('overview', () => import('@/features/home/NamespaceOverview.vue')),
      tab('flows', () => import('@/features/flows/NamespaceFlows.vue')),
      tab('executions', () => import('@/features/executions/ScopedExecutions.vue')),
      tab('dependencies', () => import('@/features/dependencies/NamespaceDependencies.vue')),
      tab('secrets', () => import('@/features/namespaces/SecretsPage.vue')),
      tab('variables', () => import('@/features/namespaces/NamespaceVariables.vue')),
      tab('plugin-defaults', () => import('@/features/namespaces/NamespaceDefaults.vue')),
      tab('kv', () => import('@/features/namespaces/KvPage.vue')),
      tab('files', () => import('@/features/namespaces/NamespaceFiles.vue')),
    ],
  },
  { path: '/main/admin/concurrency-limits', component: () => import('@/features/limits/LimitsPage.vue'), meta: { menu: 'limits', group: 'limits' } },
  { path: '/main/plugins', component: () => import('@/features/plugins/PluginsPage.vue'), meta: { menu: 'plugins', group: 'plugins' } },
  { path: '/main/plugins/groups/:name/:sub?', component: () => import('@/features/plugins/PluginsPage.vue'), meta: { menu: 'plugins', group: 'plugin-group' }, props: true },
  { path: '/main/plugins/:cls/:version?', component: () => import('@/features/plugins/PluginPage.vue'), meta: { menu: 'plugins', group: 'plugin' }, props: true },
  { path: '/main/blueprints/:kind/:tab', component: () => import('@/features/blueprints/BlueprintsPage.vue'), meta: { menu: 'blueprints', group: 'blueprints' }, props: true },
  { path: '/main/blueprints/:kind/:tab/:id', component: () => import('@/features/blueprints/BlueprintPage.vue'), meta: { menu: 'blueprints', group: 'blueprint' }, props: true },
  { path: '/main/admin/stats/:type?', component: () => import('@/features/instance/StatsPage.vue'), meta: { menu: 'stats', group: 'stats' } },
  { path: '/main/admin/instance/:tab?', component: () => import('@/features/instance/InstancePage.vue'), meta: { menu: 'instance', group: 'instance' }, props: true },
  { path: '/main/preferences', component: () => import('@/features/preferences/PreferencesPage.vue'), meta: { menu: 'preferences', group: 'preferences' } },
  { path: '/main/kv', component: () => import('@/features/namespaces/KvPage.vue'), meta: { menu: 'kv', list: true, group: 'kv' } },
  { path: '/main/secrets', component: () => import('@/features/namespaces/SecretsPage.vue'), meta: { menu: 'secrets', list: true, group: 'secrets' } },
];
