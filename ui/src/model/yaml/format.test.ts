import { describe, expect, it } from 'vitest';
import { CannotEdit } from './edit';
import { formatted } from './format';

// UI-341
describe('a formatted text', () => {
  it('has one style, its comments and its values', () => {
    const source = "# first\nid:   hello # name\nnamespace: 'company.team'\ntasks:\n- id: a\n  type:   x.Y\n  script: |\n    one\n      two\n  list: [1,2]\n";
    const next = formatted(source);
    expect(next).toBe("# first\nid: hello # name\nnamespace: 'company.team'\ntasks:\n  - id: a\n    type: x.Y\n    script: |\n      one\n        two\n    list: [ 1, 2 ]\n");
    expect(formatted(next)).toBe(next);
  });
  it('keeps large numbers and refuses broken texts', () => {
    expect(formatted('a: 12345678901234567890\n')).toBe('a: 12345678901234567890\n');
    expect(() => formatted('a: [')).toThrow(CannotEdit);
  });
});
