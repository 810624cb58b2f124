import { createMemoryHistory, createRouter } from 'vue-router';
import { describe, expect, it } from 'vitest';
import { isReservedDashboard } from '@/model/reserved';
import { rewrite } from './aliases';
import { executionRoutes } from './routes/executions';
import { flowRoutes } from './routes/flows';
import { tenantRoutes } from './routes/tenant';

const router = createRouter({ history: createMemoryHistory(), routes: [...flowRoutes, ...executionRoutes, ...tenantRoutes] });
const at = (path: string) => router.resolve(path);

// UI-8
describe('the addresses', () => {
  it('lead to flows of any id', () => {
    for (const id of ['new', 'edit', 'search', 'overview', 'compare', 'editor', 'source', 'main']) {
      for (const namespace of ['company.team', 'new', 'edit', 'search']) {
        expect(at(`/main/flows/edit/${namespace}/${id}/executions`).params, id).toEqual({ namespace, id });
        expect(at(`/main/flows/edit/${namespace}/${id}/executions`).meta['tab']).toBe('executions');
        expect(rewrite(`/main/flows/edit/${namespace}/${id}/overview`)).toBeUndefined();
        expect(rewrite(`/main/flows/edit/${namespace}/${id}/editor`)).toBe(`/main/flows/edit/${namespace}/${id}/edit`);
        expect(at(`/main/executions/${namespace}/${id}/5Qk1/gantt`).params).toEqual({ namespace, flowId: id, id: '5Qk1' });
      }
    }
  });
  it('keep words of their own, which no dashboard can have', () => {
    expect(at('/main/flows/new').name).toBe('flow-new');
    expect(at('/main/flows/search').meta['group']).toBe('flow-search');
    expect(at('/main/dashboards/new').meta['group']).toBe('board-new');
    expect(at('/main/dashboards/new/edit').meta['group']).toBe('board-edit');
    for (const word of ['new', 'edit', 'search', 'default']) expect(isReservedDashboard(word)).toBe(true);
    for (const word of ['mine', 'news', undefined]) expect(isReservedDashboard(word)).toBe(false);
  });
});
