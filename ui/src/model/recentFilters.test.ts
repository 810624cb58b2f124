import { describe, expect, it } from 'vitest';
import { readable, remembered, typedText } from './recentFilters';
import { fromTyped } from './filters';

describe('filters that were used last', () => {
  // UI-129
  it('are ten, newest first, each once', () => {
    let list: string[] = [];
    for (let i = 0; i < 12; i++) list = remembered(list, `filters[q][EQUALS]=${i}`);
    expect(list).toHaveLength(10);
    expect(list[0]).toBe('filters[q][EQUALS]=11');
    list = remembered(list, 'filters[q][EQUALS]=5');
    expect(list).toHaveLength(10);
    expect(list.slice(0, 2)).toEqual(['filters[q][EQUALS]=5', 'filters[q][EQUALS]=11']);
    expect(remembered(list, '')).toEqual(list);
  });
  it('leave out a text that is not a filter', () => {
    expect(readable(['', 'x=y', 7, null, 'filters[state][IN]=FAILED', 'filters[state][BOGUS]=x', '%%%']).map((one) => one.query)).toEqual(['filters[state][IN]=FAILED']);
  });
  it('are written as somebody would type them', () => {
    for (const text of ['state=FAILED,WARNING', 'namespace^company', 'label.team=sre', 'flowId~back', 'state!=SUCCESS']) {
      const [filter] = fromTyped(text).filters;
      expect(typedText(filter!)).toBe(text);
    }
    expect(typedText({ field: 'q', operator: 'EQUALS', values: ['disk full'] })).toBe('disk full');
  });
});
