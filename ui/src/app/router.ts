import { nextTick } from 'vue';
import { createRouter, createWebHistory, type Router } from 'vue-router';
import { base } from '@/api/base';
import { onUnauthorized } from '@/api/client';
import { countFlows } from '@/api/queries/tutorial';
import { onboarding } from '@/kit/onboarding';
import { rewrite } from './aliases';
import { executionRoutes } from './routes/executions';
import { flowRoutes } from './routes/flows';
import { tenantRoutes } from './routes/tenant';
import { useSession } from './session';

const kept = new Map<string, string>(); // the last query of each list, for the menu (UI-10)
export const lastQuery = (path: string): string => kept.get(path) ?? '';

// Where somebody begins: with the first flow where there is none yet, else at home (UI-100).
async function landing(): Promise<string> {
  if (onboarding.value.state === 'stopped') return '/main/dashboards';
  try {
    if ((await countFlows()) > 0) {
      // Nobody asks again; a tour that is under way stays so.
      if (onboarding.value.state === '') onboarding.value = { ...onboarding.value, state: 'stopped' };
      return '/main/dashboards';
    }
  } catch {
    return '/main/dashboards'; // the page itself says what is wrong
  }
  onboarding.value = { ...onboarding.value, state: 'open' };
  return '/main/welcome';
}

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory(`${base}ui/`),
    scrollBehavior: (_to, _from, saved) => saved ?? false,
    routes: [
      { path: '/main/login', name: 'login', component: () => import('@/features/login/LoginPage.vue'), meta: { anonymous: true, bare: true } },
      { path: '/main/setup', name: 'setup', component: () => import('@/features/setup/SetupPage.vue'), meta: { anonymous: true, bare: true } },
      ...flowRoutes,
      ...executionRoutes,
      ...tenantRoutes,
      { path: '/:path(.*)*', name: 'lost', component: () => import('./NotFound.vue') },
    ],
  });
  router.beforeEach(async (to) => {
    const root = to.path === '/' || to.path === '/main';
    const better = root ? undefined : rewrite(to.path);
    if (better !== undefined) return { path: better, query: to.query, hash: to.hash, replace: true };
    if (to.path === '/login' || to.path === '/setup') return { name: to.path.slice(1), replace: true };
    const session = useSession();
    if (!session.signedIn || session.mustSetUp) await session.load();
    if (session.mustSetUp) return to.name === 'setup' || { name: 'setup', replace: true };
    if (!session.signedIn && to.name !== 'login') return { name: 'login', query: root || to.name === 'setup' ? {} : { to: to.fullPath }, replace: true };
    if (session.signedIn && (root || to.name === 'login' || to.name === 'setup')) return { path: await landing(), replace: true };
    return true;
  });
  router.afterEach((to, from, failure) => {
    if (failure) return;
    if (to.meta['list'] === true) kept.set(to.path, to.fullPath);
    if (to.path !== from.path && from.name !== undefined && to.meta['group'] !== from.meta['group']) void nextTick(() => document.querySelector<HTMLElement>('h1')?.focus());
  });
  onUnauthorized(() => {
    const session = useSession();
    session.signedIn = false;
    const at = router.currentRoute.value;
    if (at.meta['anonymous'] !== true) void router.push({ name: 'login', query: { to: at.fullPath } });
  });
  return router;
}
