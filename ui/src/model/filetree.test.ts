import { describe, expect, it } from 'vitest';
import { bytes, joined, lookOf, movedTo, nameOf, nameProblem, parentOf, under } from './filetree';

describe('files', () => {
  it('take paths apart', () => {
    expect([parentOf('/a/b.txt'), parentOf('/b.txt'), nameOf('/a/b.txt'), joined('', 'a'), joined('/x/', 'y')]).toEqual(['/a', '', 'b.txt', '/a', '/x/y']);
  });
  // UI-365
  it('follow their folder', () => {
    expect([under('/a', '/a'), under('/a/b/c', '/a'), under('/ab', '/a'), under('/a', '/a/b')]).toEqual([true, true, false, false]);
    expect([movedTo('/a', '/a', '/x/b'), movedTo('/a/c.txt', '/a', '/x/b'), movedTo('/ab/c.txt', '/a', '/x')]).toEqual(['/x/b', '/x/b/c.txt', '/ab/c.txt']);
  });
  // UI-365
  it.each([['', 'empty'], ['a\\b', 'slash'], ['/a', 'slash'], ['../a', 'dots'], ['a//b', 'dots'], ['b', 'taken'], ['a/c.txt', undefined]])('%s: %s', (name, problem) => expect(nameProblem(name, ['b'])).toBe(problem));
  it('are shown as what they are', () => {
    expect([lookOf('/a.py', 5), lookOf('/a.PNG', 5), lookOf('/x.zip', 5), lookOf('/log.txt', 2_000_000), lookOf('/Makefile', 1)]).toEqual(['text', 'image', 'binary', 'large', 'text']);
    expect([bytes(12), bytes(2048), bytes(3 * 1024 ** 2)]).toEqual(['12 B', '2.0 kB', '3.0 MB']);
  });
});
