import { describe, expect, it } from 'vitest';
import { fixed, problemsOf } from './diagnostics';
import { indentAfter } from './language';

describe('diagnostics', () => {
  const source = 'id: x\ntasks:\n  - id: t\n    mesage: hi\n';
  const diagnostic = { code: 'GYR-F014', severity: 'error', message: 'Unrecognized field "mesage" (class io.kestra.plugin.core.log.Log), not marked as ignorable (3 known properties: "id", "message")', line: 4, column: 5, endLine: 4, endColumn: 11, label: 'unknown property', help: 'did you mean `message`?' };
  // UI-352
  it('fix an unknown property by the one that was meant', () => {
    const [problem] = problemsOf(source, [diagnostic], (name) => `Replace with ${name}`);
    expect(source.slice(problem?.from, problem?.to)).toBe('mesage');
    expect(problem?.fixes[0]?.title).toBe('Replace with message');
    expect(fixed(source, problem!.fixes[0]!)).toBe('id: x\ntasks:\n  - id: t\n    message: hi\n');
  });
  it('say the message without its list of properties', () => {
    expect(problemsOf(source, [diagnostic], String)[0]?.message).toBe('Unrecognized field "mesage" (Log)');
  });
  it('prefer the fix of the server', () => {
    const [problem] = problemsOf(source, [{ ...diagnostic, fix: [{ title: 'Remove it', edits: [{ from: 0, to: 1, text: '' }] }] }], String);
    expect(problem?.fixes.map((fix) => fix.title)).toEqual(['Remove it']);
  });
  it('have a place even where the server gives none', () => expect(problemsOf(source, [{ message: 'x' }], String)[0]).toMatchObject({ line: 1, from: 0, to: 0, fixes: [] }));
});

describe('a new line', () => {
  it.each([['tasks:', 2], ['  - id: a', 4], ['    type: x', 4], ['    script: |', 6], ['  - values:', 6], ['', 0], ['a: # x', 2], ['# a:', 0]])('after %j is indented by %d', (line, indent) => expect(indentAfter(line)).toBe(indent));
});
