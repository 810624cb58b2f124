import { describe, expect, it } from 'vitest';
import type { SchemaRoot } from '../pluginSchema';
import { expressionBefore, hoverAt, offersInExpression, offersInYaml } from './assist';

const task = '#/definitions/io.kestra.core.models.tasks.Task';
const root: SchemaRoot = {
  $ref: '#/definitions/Flow',
  definitions: {
    Flow: { type: 'object', properties: { id: { type: 'string', title: 'Id of the flow' }, namespace: { type: 'string' }, tasks: { type: 'array', items: { $ref: task } }, inputs: { type: 'array', items: { anyOf: [{ $ref: '#/definitions/Int' }] } } }, required: ['id', 'namespace', 'tasks'] },
    Int: { type: 'object', properties: { type: { const: 'INT' }, id: { type: 'string' }, max: { type: 'integer' } }, required: ['id', 'type'] },
    'io.kestra.core.models.tasks.Task': { anyOf: [{ $ref: '#/definitions/Log' }, { $ref: '#/definitions/If' }] },
    Log: { type: 'object', title: 'Writes', properties: { type: { const: 'x.Log' }, id: { type: 'string' }, message: { type: 'string', title: 'Text' }, level: { type: 'string', enum: ['INFO', 'WARN'], default: 'INFO' }, old: { type: 'string', $deprecated: true }, quiet: { type: 'boolean' } }, required: ['id', 'type', 'message'] },
    If: { type: 'object', properties: { type: { const: 'x.If' }, id: { type: 'string' }, then: { type: 'array', items: { $ref: task } } }, required: ['id', 'type', 'then'] },
  },
};
const names = { filters: ['upper', 'date'], functions: ['now', 'secret'] };
// The cursor is at the bar.
const at = (text: string): [string, number] => [text.replace('|', ''), text.indexOf('|')];
const yaml = (text: string): string[] => (offersInYaml(root, ...at(text))?.offers ?? []).map((one) => one.label);
const inside = (text: string): string[] => {
  const [source, offset] = at(text);
  return offersInExpression(source, offset, expressionBefore(source, offset) ?? '', names).offers.map((one) => one.label);
};
const flow = 'id: f\nnamespace: n\ninputs:\n  - {id: who, type: INT}\n  - {id: a.b, type: INT}\nvariables:\n  v: {w: 1}\ntasks:\n  - id: first\n    type: x.Log\n    message: x\n  - id: deep\n    type: x.If\n    then:\n      - id: inner\n        type: x.Log\n        message: "{{ |';

// UI-351, UI-353
describe('completion', () => {
  it('offers the keys that are not there, the required ones first', () => {
    expect(yaml('id: f\n|')).toEqual(['namespace', 'tasks', 'inputs']);
    const offers = offersInYaml(root, ...at('id: f\ntasks:\n  - id: a\n    type: x.Log\n    |\n'))?.offers ?? [];
    expect(offers.map((one) => one.label)).toEqual(['message', 'level', 'old', 'quiet']);
    expect(offers.find((one) => one.rank === 4)?.label).toBe('message');
    expect(offers.find((one) => one.deprecated)?.label).toBe('old');
    expect(yaml('tasks:\n  - id: a\n    type: x.If\n    then:\n      - id: b\n        type: x.Log\n        le|')).toContain('level');
    expect(yaml('tasks:\n  - |')).toEqual(['id', 'type']);
  });
  it('offers values', () => {
    expect(yaml('tasks:\n  - id: a\n    type: x.Log\n    level: |')).toEqual(['INFO', 'WARN']);
    expect(yaml('tasks:\n  - id: a\n    type: x.Log\n    quiet: t|')).toEqual(['true', 'false']);
    expect(yaml('inputs:\n  - id: a\n    type: |')).toEqual(['INT']);
    expect(offersInYaml(root, ...at('namespace: co|'))?.ask).toEqual({ want: 'namespaces' });
  });
  it('offers the parts of an expression', () => {
    expect(inside(flow)).toEqual(expect.arrayContaining(['outputs', 'inputs', 'now()']));
    expect(inside(flow.replace('{{ |', '{{ inputs.|'))).toEqual(['who', 'a']);
    expect(inside(flow.replace('{{ |', '{{ inputs.a.|'))).toEqual(['b']);
    expect(inside(flow.replace('{{ |', '{{ vars.v.|'))).toEqual(['w']);
    expect(inside(flow.replace('{{ |', '{{ outputs.| }}"'))).toEqual(['first', 'deep']);
    expect(inside(flow.replace('{{ |', '{{ execution.|'))).toContain('startDate');
    const [source, offset] = at(flow.replace('{{ |', '{{ outputs.first.|'));
    expect(offersInExpression(source, offset, expressionBefore(source, offset) ?? '', names).ask).toEqual({ want: 'outputs', type: 'x.Log' });
    expect(offersInExpression('a: {{ 1 | up', 12, ' 1 | up', names)).toMatchObject({ from: 10, offers: [{ label: 'upper' }, { label: 'date' }] });
    expect(offersInExpression("a: {{ secret('A", 15, " secret('A", names)).toMatchObject({ from: 14, ask: { want: 'secrets' } });
  });
  it('is silent outside', () => {
    expect(expressionBefore('a: {{ x }} b', 12)).toBeUndefined();
    expect(expressionBefore('a: b', 3)).toBeUndefined();
    expect(expressionBefore('a: "{{ x\nb', 10)).toBeUndefined();
    expect(expressionBefore('a: |\n  {{ x\n  | up', 18)).toBe(' x\n  | up');
    expect(yaml('tasks:\n  - id: a\n    script: |\n      free te|xt'.replace('|\n', '>\n'))).toEqual([]);
    expect(() => yaml(`${'x: [\n'.repeat(50)}|`)).not.toThrow();
  });
  it('says what a key is', () => {
    const source = 'id: f\ntasks:\n  - id: a\n    type: x.Log\n    message: b\n';
    expect(hoverAt(root, source, source.indexOf('message') + 2)).toMatchObject({ name: 'message', title: 'Text', required: true });
    expect(hoverAt(root, source, source.indexOf('type') + 2)).toMatchObject({ title: 'Writes', type: 'x.Log' });
    expect(hoverAt(root, source, source.length - 2)).toBeUndefined();
  });
});
