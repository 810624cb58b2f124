import { describe, expect, it } from 'vitest';
import { Heights } from './heights';
import { lineNames, LogStore, matches, rowsOf } from './store';
import { seeded } from '@/model/seeded';

const next = seeded(1);

describe('heights', () => {
  it('finds what plain sums find', () => {
    const rows = Array.from({ length: 1000 }, () => 20 * (1 + Math.floor(next() * 4)));
    const heights = new Heights();
    for (const row of rows) heights.push(row);
    for (let i = 0; i < 300; i++) {
      const at = Math.floor(next() * rows.length);
      const grown = heights.set(at, 30);
      rows[at] = (rows[at] ?? 0) + grown;
      const probe = Math.floor(next() * rows.length);
      const top = rows.slice(0, probe).reduce((sum, row) => sum + row, 0);
      expect(heights.top(probe)).toBe(top);
      expect(heights.at(top)).toBe(probe);
      expect(heights.at(top + heights.height(probe) - 1)).toBe(probe);
    }
    expect(heights.total).toBe(rows.reduce((sum, row) => sum + row, 0));
  });
});

// UI-720
describe('names of lines', () => {
  const line = (timestamp: string, taskRunId?: string, triggerId?: string) => ({ timestamp, ...(taskRunId ? { taskRunId } : {}), ...(triggerId ? { triggerId } : {}) });
  const lines = [line('10:02', 'a'), line('10:01', 'a'), line('10:01', 'a'), line('10:01', 'b'), line('10:01', undefined, 't'), line('10:01')];
  it('differ', () => expect(lineNames(lines)).toEqual(['10:02 a', '10:01 a', '10:01 a 1', '10:01 b', '10:01 t', '10:01 ']));
  it('stay when newer lines come', () => expect(lineNames([line('10:03', 'a'), line('10:02', 'b'), ...lines]).slice(2)).toEqual(lineNames(lines)));
});

describe('log store', () => {
  const entry = (level: string, taskRunId: string, message: string) => ({ timestamp: '2026-01-01T00:00:00Z', level, taskRunId, message });
  const store = new LogStore();
  store.append([entry('INFO', 'a', 'one'), entry('ERROR', 'b', '\u001b[31mTwo\u001b[0m'), entry('DEBUG', 'a', 'three'), entry('WARN', 'a', 'two again')]);
  // UI-650
  it('counts levels and the lines of each run', () => {
    expect(store.counts).toEqual({ ERROR: 1, WARN: 1, INFO: 1, DEBUG: 1, TRACE: 0 });
    expect(store.byRun.get('a')).toEqual({ lines: 3, errors: 0 });
  });
  it('shows a level and those above it', () => expect(store.lines.filter((line) => store.shown(line, 'WARN')).map((line) => line.n)).toEqual([2, 4]));
  it('groups by task in the order of the first lines, and folds', () => {
    expect(rowsOf(store.lines, true, new Set()).map((row) => row.key)).toEqual(['ga', 'l1', 'l3', 'l4', 'gb', 'l2']);
    expect(rowsOf(store.lines, true, new Set(['a'])).map((row) => row.key)).toEqual(['ga', 'gb', 'l2']);
    expect(rowsOf(store.lines, false, new Set()).map((row) => row.key)).toEqual(['l1', 'l2', 'l3', 'l4']);
  });
  it('finds text as it is seen, without escape sequences', () => expect(matches(store.lines, 'two')).toEqual([2, 4]));
});
