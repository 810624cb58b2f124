import { describe, expect, it } from 'vitest';
import { rewrite } from './aliases';

describe('addresses', () => {
  // UI-11
  it.each([
    ['/', '/main/dashboards'],
    ['/main', '/main/dashboards'],
    ['/logs', '/main/logs'],
    ['/main/namespaces/edit/a.b/editor', '/main/namespaces/edit/a.b/files'],
    ['/main/settings', '/main/preferences'],
    ['/main/blueprints', '/main/blueprints/flow/community'],
    ['/main/blueprints/hello', '/main/blueprints/flow/community/hello'],
    ['/executions/a.b/flow/id', '/main/executions/a.b/flow/id'],
    ['/executions/a.b/flow/id/gantt', '/main/executions/a.b/flow/id/gantt'],
    ['/flows/edit/a.b/flow', '/main/flows/edit/a.b/flow'],
    ['/main/flows/edit/a.b/flow/editor', '/main/flows/edit/a.b/flow/edit'],
    ['/main/flows/edit/a.b/flow/source', '/main/flows/edit/a.b/flow/edit'],
  ])('%s leads to %s', (from, to) => expect(rewrite(from)).toBe(to));
  it.each(['/main/flows', '/main/flows/edit/a.b/flow/edit', '/nothing/here', '/main/nothing'])('%s stays', (path) => expect(rewrite(path)).toBeUndefined());
  it('are not rewritten twice', () => {
    for (const path of ['/', '/executions/a/b/c', '/main/flows/edit/a/b/editor']) expect(rewrite(rewrite(path) ?? '')).toBeUndefined();
  });
});
