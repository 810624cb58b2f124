import type { RouteRecordRaw } from 'vue-router';

export const executionRoutes: RouteRecordRaw[] = [
  { path: '/main/executions/compare', component: () => import('@/features/compare/ComparePage.vue'), meta: { menu: 'executions', group: 'compare' } },
  { path: '/main/executions', name: 'executions', component: () => import('@/features/executions/ExecutionsPage.vue'), meta: { menu: 'executions', list: true, group: 'executions' } },
  {
    path: '/main/executions/:namespace/:flowId/:id',
    component: () => import('@/features/execution/ExecutionPage.vue'),
    meta: { menu: 'executions', group: 'execution' },
    props: true,
    children: [
      { path: '', redirect: (to) => ({ path: `${to.path}/overview`, query: to.query }) },
      { path: 'overview', component: () => import('@/features/execution/ExecutionOverview.vue'), meta: { tab: 'overview' }, props: true },
      { path: 'gantt', component: () => import('@/features/execution/ExecutionGantt.vue'), meta: { tab: 'gantt' }, props: true },
      { path: 'logs', component: () => import('@/features/execution/ExecutionLogs.vue'), meta: { tab: 'logs' }, props: true },
      { path: 'topology', component: () => import('@/features/execution/ExecutionTopology.vue'), meta: { tab: 'topology' }, props: true },
      { path: 'outputs', component: () => import('@/features/execution/ExecutionOutputs.vue'), meta: { tab: 'outputs' } },
      { path: 'metrics', component: () => import('@/features/metrics/ExecutionMetrics.vue'), meta: { tab: 'metrics' } },
      { path: 'history', component: () => import('@/features/execution/ExecutionHistory.vue'), meta: { tab: 'history' } },
      { path: 'dependencies', component: () => import('@/features/dependencies/ExecutionDependencies.vue'), meta: { tab: 'dependencies' } },
    ],
  },
];
