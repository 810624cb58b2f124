import { describe, expect, it } from 'vitest';
import { toasts } from '@/kit/toasts';
import { moveItem } from '@/model/yaml/edit';
import { useEdit } from './useEdit';

describe('an edit of the text', () => {
  it('is made, or refused with a message and without a change', () => {
    const made: string[] = [];
    const write = useEdit(() => 'tasks:\n  - id: a\n    tasks: []\n  - id: b\n', (next) => made.push(next));
    expect(write((source) => moveItem(source, ['tasks', 1], ['tasks'], 0))).toBe(true);
    expect(made).toEqual(['tasks:\n  - id: b\n  - id: a\n    tasks: []\n']);
    const before = toasts.length;
    expect(write((source) => moveItem(source, ['tasks', 0], ['tasks', 0, 'tasks'], 0))).toBe(false);
    expect(made).toHaveLength(1);
    expect(toasts.slice(before).map((toast) => toast.state)).toEqual(['FAILED']);
    expect(() => write(() => { throw new TypeError('a fault of the page'); })).toThrow(TypeError);
  });
});
