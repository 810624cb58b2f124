import type { RouteRecordRaw } from 'vue-router';

export const flowRoutes: RouteRecordRaw[] = [
  { path: '/main/flows', name: 'flows', component: () => import('@/features/flows/FlowsPage.vue'), meta: { menu: 'flows', list: true, group: 'flows' } },
  { path: '/main/flows/search', component: () => import('@/features/flows/SourcePage.vue'), meta: { menu: 'flows', group: 'flow-search' } },
  { path: '/main/flows/new', name: 'flow-new', component: () => import('@/features/flow/FlowNewPage.vue'), meta: { menu: 'flows', group: 'flow-new' } },
  {
    path: '/main/flows/edit/:namespace/:id',
    component: () => import('@/features/flow/FlowPage.vue'),
    meta: { menu: 'flows', group: 'flow' },
    props: true,
    children: [
      { path: '', redirect: (to) => ({ path: `${to.path.replace(/\/$/, '')}/overview`, query: to.query }) },
      { path: 'overview', component: () => import('@/features/home/FlowOverview.vue'), meta: { tab: 'overview' } },
      { path: 'topology', component: () => import('@/features/topology/FlowTopology.vue'), meta: { tab: 'topology' } },
      { path: 'dependencies', component: () => import('@/features/dependencies/FlowDependencies.vue'), meta: { tab: 'dependencies' } },
      { path: 'revisions', component: () => import('@/features/revisions/FlowRevisions.vue'), meta: { tab: 'revisions' } },
      { path: 'metrics', component: () => import('@/features/metrics/FlowMetrics.vue'), meta: { tab: 'metrics' } },
      { path: 'grid', component: () => import('@/features/grid/FlowGrid.vue'), meta: { tab: 'grid' } },
      { path: 'concurrency', component: () => import('@/features/limits/FlowConcurrency.vue'), meta: { tab: 'concurrency' } },
      { path: 'logs', component: () => import('@/features/logs/FlowLogs.vue'), meta: { tab: 'logs' } },
      { path: 'executions', name: 'flow-executions', component: () => import('@/features/executions/ScopedExecutions.vue'), meta: { tab: 'executions' }, props: true },
      { path: 'triggers', component: () => import('@/features/triggers/FlowTriggers.vue'), meta: { tab: 'triggers' } },
      { path: 'edit', name: 'flow-edit', component: () => import('@/features/flow/FlowEdit.vue'), meta: { tab: 'edit' }, props: true },
    ],
  },
];
