import { describe, expect, it } from 'vitest';
import { seeded } from '../seeded';
import { readText, valueAt } from './document';
import { CannotEdit } from './edit';
import { setText, textAt } from './region';

const flow = `id: hello
namespace: company.team
tasks:
  - id: first
    type: io.kestra.plugin.core.http.Request
    headers: # sent with each request
      # who asks
      Accept: text/plain # plain
      X-Id: 'it''s'
    options: {a: 1} # inline
    list:
      - one # the first
      # between
      - a: 1
        b: 2 # two
triggers: []
`;
const headers = ['tasks', 0, 'headers'];

// UI-422
describe('the YAML of one value', () => {
  it('has its comments, at column 0', () => {
    expect(textAt(flow, headers)).toBe("# who asks\nAccept: text/plain # plain\nX-Id: 'it''s'");
    expect(textAt(flow, ['tasks', 0, 'list'])).toBe('- one # the first\n# between\n- a: 1\n  b: 2 # two');
    expect(textAt(flow, ['tasks', 0, 'list', 1])).toBe('a: 1\nb: 2 # two');
    expect(textAt(flow, ['tasks', 0, 'options'])).toBe('a: 1');
    expect(textAt(flow, ['tasks', 0, 'none'])).toBe('');
  });
  it('is written with its comments, and nothing else changes', () => {
    const written = "# who asks, and why\nAccept: application/json # json\nX-Id: 'it''s'\n# the end";
    const next = setText(flow, headers, written);
    expect(next).toBe(flow.replace("      # who asks\n      Accept: text/plain # plain\n      X-Id: 'it''s'", "      # who asks, and why\n      Accept: application/json # json\n      X-Id: 'it''s'\n      # the end"));
    expect(setText(flow, ['tasks', 0, 'list', 1], 'a: 3 # three\nb: 2')).toBe(flow.replace('- a: 1\n        b: 2 # two', '- a: 3 # three\n        b: 2'));
    expect(setText(flow, headers, textAt(flow, headers))).toBe(flow);
  });
  it('becomes another kind of value', () => {
    expect(valueAt(readText(setText(flow, headers, "{{ inputs.headers }}".replace(/^/, "'").concat("'"))).value, headers)).toBe('{{ inputs.headers }}');
    expect(valueAt(readText(setText(flow, headers, '[1, 2]')).value, headers)).toEqual([1, 2]);
    expect(valueAt(readText(setText(flow, headers, '')).value, headers)).toBeUndefined();
    expect(valueAt(readText(setText(flow, ['tasks', 0, 'none'], 'a: 1 # new')).value, ['tasks', 0, 'none'])).toEqual({ a: 1 });
  });
  it('is refused where it does not read as YAML, and where the text does not', () => {
    expect(() => setText(flow, headers, 'a: [')).toThrow(CannotEdit);
    expect(() => setText('tasks: [', headers, 'a: 1')).toThrow(CannotEdit);
  });
  it('never changes another value', () => {
    const random = seeded(7);
    const parts = ['a: 1', '# note', 'b:\n  c: 2 # deep', '- x', '- y: 1\n  z: 2', '', '"q": 1', '? k\n: v', '[1, {a: 2}]', 'text', '|\n  lines\n  more'];
    for (let i = 0; i < 60; i++) {
      const written = Array.from({ length: 1 + Math.floor(random() * 3) }, () => parts[Math.floor(random() * parts.length)]).join('\n');
      const read = readText(written);
      if (read.problem) continue;
      for (const path of [headers, ['tasks', 0, 'list'], ['tasks', 0, 'list', 1]]) {
        const before = readText(flow).value as { tasks: Record<string, unknown>[]; triggers: unknown };
        const after = readText(setText(flow, path, written)).value as typeof before;
        expect(valueAt(after, path.slice(0, 3)) ?? null).toEqual(path.length === 3 ? (read.value ?? null) : expect.anything());
        expect({ ...after.tasks[0], [String(path[2])]: 0 }).toEqual({ ...before.tasks[0], [String(path[2])]: 0 });
      }
    }
  }, 30_000);
});
