import { describe, expect, it } from 'vitest';
import { ACTIONS, BROKEN, coloured, FIXED, FOLLOWER, FOLLOWS, HELLO, isOfTour, stepAt, STEPS, withWebhook } from './tour';

describe('the tour', () => {
  // UI-101
  it('has six steps; the second step is current once the flow has run', () => {
    expect(STEPS).toHaveLength(6);
    expect(stepAt(0)).toBe(0);
    expect(stepAt(1)).toBe(1);
    expect([2, 3, 4].map(stepAt)).toEqual([2, 2, 3]);
    expect(stepAt(ACTIONS.length)).toBe(6);
  });
  it('begins with a flow of 13 lines, and changes only what it adds', () => {
    expect(HELLO.trimEnd().split('\n')).toHaveLength(13);
    expect(withWebhook('k').startsWith(HELLO)).toBe(true);
    expect(FOLLOWS.startsWith(`id: ${FOLLOWER}\n`)).toBe(true);
  });
  it('knows its own flows from those of somebody else', () => {
    for (const source of [HELLO, BROKEN, FIXED, FOLLOWS, withWebhook('0123456789abcdef01234567'), HELLO.trimEnd()]) expect(isOfTour(source)).toBe(true);
    for (const source of ['', HELLO.replace('World', 'me'), `${FIXED}# mine\n`, withWebhook('my-own-key'), `# mine\n${FOLLOWS}`]) expect(isOfTour(source)).toBe(false);
  });
  it('colours keys, types, texts and expressions, and loses no character', () => {
    for (const line of HELLO.split('\n')) expect(coloured(line).map((part) => part.text).join('')).toBe(line);
    expect(coloured('    type: io.kestra.plugin.core.log.Log').map((part) => part.colour)).toEqual(['', 'key', '', 'type']);
    expect(coloured('    format: "Hello {{ inputs.name }}"').map((part) => part.colour)).toEqual(['', 'key', '', 'string', 'expr', 'string']);
  });
});
