import { describe, expect, it } from 'vitest';
import { seeded } from './seeded';
import { EventReader, type ServerEvent } from './sse';

const text = ': alive\n\nid: hello\ndata: {"stream":"s"}\n\nid: s-0\n\nid: s-7\r\ndata: one\r\ndata: two\r\n\r\n: alive\n\ndata:three\nevent: other\nretry: 5\n\n';
const events: ServerEvent[] = [{ id: 'hello', data: '{"stream":"s"}' }, { id: 's-7', data: 'one\ntwo' }, { id: 's-7', data: 'three' }];

// UI-1000
describe('server-sent events', () => {
  it('are the same wherever the text is cut', () => {
    const next = seeded(7);
    for (let i = 0; i < 200; i++) {
      const reader = new EventReader();
      const found: ServerEvent[] = [];
      for (let at = 0; at < text.length;) {
        const to = at + 1 + Math.floor(next() * 9);
        found.push(...reader.push(text.slice(at, to)));
        at = to;
      }
      expect(found).toEqual(events);
      expect(reader.lastId).toBe('s-7');
    }
  });
  it('tell their place without data, and end where half of one is too long', () => {
    const reader = new EventReader();
    expect(reader.push('id: s-3\n\n')).toEqual([]);
    expect(reader.lastId).toBe('s-3');
    expect(reader.push('id: a\0b\ndata: x\n\n')).toEqual([{ id: 's-3', data: 'x' }]);
    expect(() => { for (let i = 0; i < 6; i++) reader.push('x'.repeat(1024 * 1024)); }).toThrow('too long');
  });
});
