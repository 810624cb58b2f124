import { firstFault, readsTrigger } from './labels';
import { describe, expect, it } from 'vitest';
import { asServerAnswer, bodyOf, mergeAnswer, type ServerAnswer, type Values } from './body';
import { asCurl } from './command';
import { complaint, sent, shown, type InputSpec } from './values';

const spec = (type: string, more: Partial<InputSpec> = {}): InputSpec => ({ id: 'x', type, ...more });

describe('values of inputs', () => {
  // UI-560: a time in the afternoon stays one
  it('sends what was entered, type by type', () => {
    expect(sent(spec('TIME'), '14:19')).toBe('14:19:00');
    expect(sent(spec('TIME'), '14:19:30')).toBe('14:19:30');
    expect(sent(spec('MULTISELECT'), ['a', 'b'])).toBe('["a","b"]');
    expect(sent(spec('ARRAY', { itemType: 'INT' }), ['1', '2'])).toBe('[1,2]');
    expect(sent(spec('ARRAY', { itemType: 'JSON' }), ['null', '{"a":1}', '{'])).toBe('[null,{"a":1},"{"]');
    expect(sent(spec('BOOL'), false)).toBe('false');
    expect(sent(spec('DATETIME'), '2026-11-21T22:00:00')).toBe(new Date(2026, 10, 21, 22).toISOString());
    expect(sent(spec('STRING'), '')).toBeUndefined();
  });
  it('shows a date and time of the server in the zone of the reader', () => {
    const iso = new Date(2026, 10, 21, 22, 5, 9).toISOString();
    expect(shown(spec('DATETIME'), iso)).toBe('2026-11-21T22:05:09');
    expect(sent(spec('DATETIME'), shown(spec('DATETIME'), iso))).toBe(iso);
  });
  it('refuses what the server would refuse', () => {
    expect(complaint(spec('INT', { max: 50 }), '80')).toEqual({ key: 'most', value: '50' });
    expect(complaint(spec('INT'), '1.5')?.key).toBe('integer');
    expect(complaint(spec('JSON'), '{')?.key).toBe('json');
    expect(complaint(spec('DURATION'), '5 minutes')?.key).toBe('duration');
    expect(complaint(spec('FILE', { allowedFileExtensions: ['.csv'] }), new File([''], 'a.txt'))?.key).toBe('extension');
    expect(complaint(spec('INT', { min: 5, max: 1 }), '7')).toBeUndefined();
  });
});

describe('the form', () => {
  it('takes the answer of a check, also where it has no errors', () => {
    const input = { id: 'x', type: 'INT' };
    const checks = [{ message: 'm', style: 'INFO', behavior: 'BLOCK_EXECUTION' }];
    const answer = { inputs: [{ input, value: 1, enabled: true, isDefault: true }, { input, enabled: false, isDefault: false, errors: [{ message: 'e' }] }], checks };
    expect(asServerAnswer(answer)).toEqual({ checks, inputs: [{ input, value: 1, enabled: true, isDefault: true, errors: [] }, { input, value: undefined, enabled: false, isDefault: false, errors: [{ message: 'e', renderError: false }] }] });
  });
  const answer = (value: unknown, values?: string[]): ServerAnswer => ({ inputs: [{ input: spec('SELECT', values ? { values } : {}), value, enabled: true, isDefault: true, errors: [] }], checks: [] });
  // UI-531
  it('never overwrites what somebody touched', () => {
    const values: Values = new Map();
    const touched = new Set<string>();
    mergeAnswer(answer('a', ['a', 'b']), true, values, touched, {});
    expect(values.get('x')).toBe('a');
    values.set('x', 'b');
    touched.add('x');
    mergeAnswer(answer('a', ['a', 'b']), false, values, touched, {});
    expect(values.get('x')).toBe('b');
  });
  // UI-561
  it('takes away a choice that is no longer offered', () => {
    const values: Values = new Map([['x', 'old']]);
    mergeAnswer(answer(undefined, ['new']), false, values, new Set(['x']), {});
    expect(values.get('x')).toBeUndefined();
  });
  it('sends only what was touched and is not hidden', () => {
    const inputs = [{ ...answer('a').inputs[0]!, enabled: false }];
    expect([...bodyOf(inputs, new Map([['x', 'a']]), new Set(['x']))]).toEqual([]);
    expect([...bodyOf(answer('a').inputs, new Map([['x', 'a']]), new Set())]).toEqual([]);
    expect([...bodyOf(answer('a').inputs, new Map([['x', 'a']]), new Set(['x']))]).toEqual([['x', 'a']]);
  });
  it('says the same as a command that no shell misreads', () => {
    expect(asCurl('http://h', 'main', 'a.b', 'f', [{ id: 'x', value: "it's $HOME", file: false }], ['k:v w'])).toBe("curl -X POST 'http://h/api/v1/main/executions/a.b/f?labels=k%3Av%20w' \\\n  --form-string 'x=it'\\''s $HOME'");
  });
  // UI-540
  it('sends a prefill that nobody touched, and null for one that was emptied', () => {
    const inputs = [{ input: spec('STRING', { prefill: 'first', required: false }), value: undefined, enabled: true, isDefault: false, errors: [] }];
    expect([...bodyOf(inputs, new Map([['x', 'first']]), new Set())]).toEqual([['x', 'first']]);
    expect([...bodyOf(inputs, new Map([['x', '']]), new Set(['x']))]).toEqual([['x', '']]);
    expect([...bodyOf([{ ...inputs[0]!, input: spec('STRING', { defaults: 'd' }) }], new Map([['x', '']]), new Set(['x']))]).toEqual([]);
  });
});

// UI-533, UI-534
describe('labels and triggers', () => {
  it('refuses keys that are there twice, of the system, or empty', () => {
    expect(firstFault([{ key: 'a', value: '1' }, { key: '', value: '' }, { key: 'system.correlationId', value: 'x' }])).toBeUndefined();
    expect(firstFault([{ key: 'a', value: '1' }, { key: 'a', value: '2' }])).toBe('twice');
    expect(firstFault([{ key: 'system.x', value: '1' }])).toBe('system');
    expect(firstFault([{ key: ' ', value: '1' }])).toBe('noKey');
    expect(firstFault([{ key: 'a', value: ' ' }])).toBe('noValue');
  });
  it('finds what a flow reads of its trigger', () => {
    expect(readsTrigger('message: "{{ trigger.date }}"')).toBe(true);
    expect(readsTrigger('message: "{{ now() | date(x)\n ~ trigger[\'body\'] }}"')).toBe(true);
    expect(readsTrigger('triggers:\n  - id: trigger\nmessage: "{{ outputs.trigger.x }} trigger"')).toBe(false);
  });
});
