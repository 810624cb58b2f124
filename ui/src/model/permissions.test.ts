import { describe, expect, it } from 'vitest';
import { allowsTo, type Permission } from './permissions';

const list: Permission[] = [
  { permission: 'EXECUTION', action: 'READ', namespaces: [''] },
  { permission: 'EXECUTION', action: 'CREATE', namespaces: ['a.b', 'c'] },
  { permission: 'FLOW', action: 'UPDATE', namespaces: [] },
];

describe('permissions', () => {
  // UI-7, RBAC-3
  it('hold in a namespace and in those below it, not beside it', () => {
    for (const namespace of ['a.b', 'a.b.c', 'c', 'c.d.e']) expect(allowsTo(list, ['EXECUTION', 'CREATE', namespace])).toBe(true);
    for (const namespace of ['a', 'a.bc', 'cc', 'x', '']) expect(allowsTo(list, ['EXECUTION', 'CREATE', namespace])).toBe(false);
  });
  it('of the whole tenant hold everywhere', () => {
    expect(allowsTo(list, ['EXECUTION', 'READ', 'anything.at.all'])).toBe(true);
    expect(allowsTo(list, ['EXECUTION', 'READ'])).toBe(true);
  });
  it('hold for one action each; one without a namespace holds nowhere', () => {
    expect(allowsTo(list, ['EXECUTION', 'DELETE', 'c'])).toBe(false);
    expect(allowsTo(list, ['EXECUTION', 'CREATE'])).toBe(true);
    expect(allowsTo(list, ['FLOW', 'UPDATE'])).toBe(false);
    expect(allowsTo([], ['FLOW', 'READ'])).toBe(false);
  });
  it('hide nothing while they are not known', () => expect(allowsTo(undefined, ['FLOW', 'DELETE', 'a'])).toBe(true));
});
