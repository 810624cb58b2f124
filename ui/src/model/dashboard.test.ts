import { describe, expect, it } from 'vitest';
import { byNamespace, figures, share, stacked } from './dashboard';

const rows = [{ namespace: 'a', series: 'SUCCESS', total: 6 }, { namespace: 'b', series: 'FAILED', total: 2 }, { namespace: 'b', series: 'PAUSED', total: 1 }, { namespace: 'b', series: 'WARNING', total: 1 }, { namespace: 'c', series: 'RUNNING', total: 4 }];
describe('dashboard', () => {
  // UI-191
  it('counts', () => expect(figures(rows)).toEqual({ total: 14, success: 7, failed: 2, terminated: 9, running: 4, queued: 0, paused: 1 }));
  it.each([[0, 0, '–'], [3, 4, '75 %'], [9999, 10_000, '99.9 %'], [1, 3, '33.3 %'], [4, 4, '100 %']])('%d of %d is %s', (part, whole, text) => expect(share(part, whole)).toBe(text));
  it('groups', () => expect(byNamespace(rows).map(({ namespace, total, failed }) => `${namespace} ${total} ${failed}`)).toEqual(['a 6 0', 'b 4 2', 'c 4 0']));
  it('stacks what went well first', () => expect(stacked(new Set(['FAILED', 'SUCCESS', 'RETRYING', 'RUNNING']))).toEqual(['SUCCESS', 'FAILED', 'RUNNING', 'RETRYING']));
});
