import { describe, expect, it } from 'vitest';
import { ancestors, namespaceRows, namespaceTree } from './namespaces';

describe('namespaces', () => {
  const roots = namespaceTree(['infra.net.dns', 'infra.net', 'apps', 'system', 'infra.cloud'], 'system');
  // UI-740
  it('show parents that nobody made, and the one of the system first', () => {
    expect(namespaceRows(roots, new Set(), '').map((node) => `${'  '.repeat(node.depth)}${node.name}${node.exists ? '' : '*'}`)).toEqual(['system', 'apps', 'infra*', '  cloud', '  net', '    dns']);
  });
  it('fold, and open the way to what is searched', () => {
    expect(namespaceRows(roots, new Set(['infra']), '').map((node) => node.id)).toEqual(['system', 'apps', 'infra']);
    expect(namespaceRows(roots, new Set(['infra']), 'DNS').map((node) => node.id)).toEqual(['infra', 'infra.net', 'infra.net.dns']);
  });
  it('know what is above them', () => expect(ancestors('a.b.c')).toEqual(['a', 'a.b', 'a.b.c']));
});
