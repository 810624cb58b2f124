import { describe, expect, it } from 'vitest';
import { applyEdits, offsetOf, topLevel, typeAt } from './yamlEdit';
import { seeded } from './seeded';

const next = seeded(1);

const flow = `id: hello # the name
namespace: "company.team"
tasks:
  - id: first
    type: io.kestra.plugin.core.log.Log
    message: x

  - id: loop
    type: io.kestra.plugin.core.flow.ForEach
    values: [1]
    tasks:
      - type: io.kestra.plugin.core.http.Request
        id: inner
        uri: x
triggers:
  - id: t
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "* * * * *"
`;

describe('yamlEdit', () => {
  it('changes nothing but what an edit names', () => {
    for (let i = 0; i < 2000; i++) {
      const from = Math.floor(next() * flow.length);
      const to = Math.min(flow.length, from + Math.floor(next() * 9));
      const result = applyEdits(flow, [{ from, to, text: 'NEW' }]);
      expect(result.startsWith(flow.slice(0, from))).toBe(true);
      expect(result.endsWith(flow.slice(to))).toBe(true);
      expect(result).toHaveLength(flow.length - (to - from) + 3);
    }
  });
  it('refuses edits that overlap', () => expect(() => applyEdits(flow, [{ from: 0, to: 5, text: '' }, { from: 3, to: 6, text: '' }])).toThrow(RangeError));
  it('finds a place by line and column', () => {
    expect(flow.slice(offsetOf(flow, 4, 9)).startsWith('first')).toBe(true);
    expect(offsetOf(flow, 999, 1)).toBe(flow.length);
    expect(offsetOf('ab\ncd', 1, 99)).toBe(2);
  });
  it('reads id and namespace', () => {
    expect(topLevel(flow, 'id')).toBe('hello');
    expect(topLevel(flow, 'namespace')).toBe('company.team');
    expect(topLevel(flow, 'description')).toBeUndefined();
  });
  // UI-357
  it.each([['message: x', 'log.Log'], ['values:', 'flow.ForEach'], ['uri: x', 'http.Request'], ['id: inner', 'http.Request'], ['- type: io.kestra.plugin.core.http', 'http.Request'], ['cron:', 'trigger.Schedule']])('knows the type at %s', (text, type) => {
    expect(typeAt(flow, flow.indexOf(text) + 2)).toBe(`io.kestra.plugin.core.${type}`);
  });
  it('has no type outside of tasks', () => expect(typeAt(flow, 3)).toBeUndefined());
});
