import type { RouteRecordRaw } from 'vue-router';

export const flowRoutes: RouteRecordRaw[] = [
  { path: '/main/flows', name: 'flows', component: () => import('@/features/flows/FlowsPage.vue'), meta: { menu: 'flows', list: true, group: 'flows' } },
  { path: '/main/flows/new', name: 'flow-new', component: () => import('@/features/flow/FlowNewPage.vue'), meta: { menu: 'flows', group: 'flow-new' } },
  {
    path: '/main/flows/edit/:namespace/:id',
    component: () => import('@/features/flow/FlowPage.vue'),
    meta: { menu: 'flows', group: 'flow' },
    props: true,
    children: [
      { path: '', redirect: (to) => ({ path: `${to.path}/edit`, query: to.query }) },
      { path: 'executions', name: 'flow-executions', component: () => import('@/features/flow/FlowExecutions.vue'), meta: { tab: 'executions' }, props: true },
      { path: 'edit', name: 'flow-edit', component: () => import('@/features/flow/FlowEdit.vue'), meta: { tab: 'edit' }, props: true },
    ],
  },
];
