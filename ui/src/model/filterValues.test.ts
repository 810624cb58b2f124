import { describe, expect, it } from 'vitest';
import { labelsOf, withAncestors } from './filterValues';

describe('values of filters', () => {
  // UI-130
  it('of namespaces include every ancestor, once', () => expect(withAncestors(['a.b.c', 'a.b.d', 'x', ''])).toEqual(['a', 'a.b', 'a.b.c', 'a.b.d', 'x']));
  it('of labels are keys, and the values of one key', () => {
    const pairs = ['team:sre', 'team:data', 'url:http://x:1', 'alone', 'team:sre'];
    expect(labelsOf(pairs, 'team')).toEqual({ keys: ['alone', 'team', 'url'], values: ['data', 'sre'] });
    expect(labelsOf(pairs, 'url').values).toEqual(['http://x:1']);
    expect(labelsOf(pairs, 'none').values).toEqual([]);
  });
  it('are not without end', () => expect(withAncestors(Array.from({ length: 2000 }, (_, i) => `n${i}`))).toHaveLength(500));
});
