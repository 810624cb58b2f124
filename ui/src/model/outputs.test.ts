import { describe, expect, it } from 'vitest';
import { expressionOf, outputRows } from './outputs';

const values = { code: 200, 'x-id': 'a', body: { items: [{ name: 'one' }, { name: 'two' }] }, uri: 'kestra:///a/b.csv' };
const paths = (open: string[], text = ''): string[] => outputRows(values, 'outputs.fetch', new Set(open), text).map((row) => row.path);

describe('outputs', () => {
  // UI-660
  it('have an expression for each value', () => {
    expect(paths([])).toEqual(['outputs.fetch.code', "outputs.fetch['x-id']", 'outputs.fetch.body', 'outputs.fetch.uri']);
    expect(paths(['outputs.fetch.body', 'outputs.fetch.body.items'])).toContain('outputs.fetch.body.items[1]');
    expect(expressionOf({ taskId: 'each-one', value: 'fr', taskRunId: '1', outputs: {} })).toBe("outputs['each-one'].fr");
  });
  it('open the way to what is searched', () => expect(paths([], 'two')).toEqual(['outputs.fetch.body', 'outputs.fetch.body.items', 'outputs.fetch.body.items[1]', 'outputs.fetch.body.items[1].name']));
  it('know files', () => expect(outputRows(values, 'o', new Set(), '').filter((row) => row.file).map((row) => row.type)).toEqual(['file']));
  // UI-667
  it('of 50,000 keys are rows within half a second', () => {
    const large = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`key${i}`, { n: i }]));
    const begin = performance.now();
    expect(outputRows(large, 'outputs.x', new Set(), '')).toHaveLength(50_000);
    expect(performance.now() - begin).toBeLessThan(2000); // half a second on an idle machine
  });
});
