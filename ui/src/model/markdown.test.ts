import { describe, expect, it } from 'vitest';
import { inline, parseMarkdown } from './markdown';

describe('markdown', () => {
  it('becomes blocks', () => {
    const blocks = parseMarkdown('# A title\n\nSome `code` and\nmore.\n\n- one\n  - two\n    goes on\n\n```yaml\nid: a\n\n# x\n```\n> said\n\n| a | b |\n|---|---|\n| 1 | `2` |\n---\n1. first');
    expect(blocks.map((block) => block.kind)).toEqual(['heading', 'paragraph', 'list', 'code', 'quote', 'table', 'rule', 'list']);
    expect(blocks[0]).toMatchObject({ level: 1, id: 'a-title' });
    expect(blocks[2]).toMatchObject({ ordered: false, items: [{ depth: 0 }, { depth: 1, text: [{ text: 'two goes on' }] }] });
    expect(blocks[3]).toEqual({ kind: 'code', language: 'yaml', text: 'id: a\n\n# x' });
    expect(blocks[7]).toMatchObject({ ordered: true });
  });
  // UI-1092
  it('never makes markup or a link that runs', () => {
    expect(inline('<img src=x onerror=alert(1)>')).toEqual([{ kind: 'text', text: '<img src=x onerror=alert(1)>' }]);
    expect(inline('[x](javascript:alert(1))').every((part) => part.kind === 'text')).toBe(true);
    expect(inline('[x](//evil.example)').every((part) => part.kind === 'text')).toBe(true);
    expect(inline('see https://a.example/b. **now** [d](/docs)')).toEqual([{ kind: 'text', text: 'see ' }, { kind: 'link', text: 'https://a.example/b', href: 'https://a.example/b' }, { kind: 'text', text: '. ' }, { kind: 'strong', text: 'now' }, { kind: 'text', text: ' ' }, { kind: 'link', text: 'd', href: '/docs' }]);
  });
  it('ends for a fence that never closes', () => expect(parseMarkdown('```\na')).toEqual([{ kind: 'code', language: '', text: 'a' }]));
});
