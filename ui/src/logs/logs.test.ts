import { describe, expect, it } from 'vitest';
import { LEVELS } from '@/model/levels';
import { seeded } from '@/model/seeded';
import { Heights } from './heights';
import { lineNames, type Filter, type LineAnswer, type Profile, type Reader } from './lines';
import { Scroller } from './scroller';
import { headHeight, lineHeight } from './section';
import { LogView } from './view';

const next = seeded(1);

describe('heights', () => {
  it('finds what plain sums find', () => {
    const rows = Array.from({ length: 1000 }, () => 20);
    const heights = new Heights(20, 900);
    heights.grow(100);
    for (let i = 0; i < 300; i++) {
      const at = Math.floor(next() * rows.length);
      const height = 20 * (1 + Math.floor(next() * 4));
      expect(heights.set(at, height)).toBe(height - (rows[at] ?? 0));
      rows[at] = height;
      const probe = Math.floor(next() * rows.length);
      const top = rows.slice(0, probe).reduce((sum, row) => sum + row, 0);
      expect(heights.top(probe)).toBe(top);
      expect(heights.at(top)).toBe(probe);
      expect(heights.at(top + heights.height(probe) - 1)).toBe(probe);
    }
    expect(heights.total).toBe(rows.reduce((sum, row) => sum + row, 0));
    heights.reset();
    expect(heights.total).toBe(20_000);
  });
});

// UI-1064
describe('a place in a list that is higher than an element can be', () => {
  it('is the one of the scroll bar where that is possible', () => {
    const scroller = new Scroller();
    scroller.size(100_000, 500);
    expect(scroller.moved(1234)).toEqual({ by: 1234, apart: false });
    expect([scroller.place, scroller.bar, scroller.height]).toEqual([1234, 1234, 100_000]);
  });
  it('moves by what the wheel moves, and jumps when the bar is dragged', () => {
    const scroller = new Scroller();
    scroller.size(80_000_000, 500);
    expect(scroller.height).toBe(8_000_000);
    scroller.moved(4_000_000);
    const middle = scroller.place;
    expect(Math.abs(middle - 40_000_000)).toBeLessThan(5000);
    scroller.moved(4_000_100);
    expect(scroller.place).toBe(middle + 100);
    scroller.moved(scroller.height - 500);
    expect(scroller.isAtEnd).toBe(true);
  });
  it('comes to the first and to the last line by the wheel alone', () => {
    const scroller = new Scroller();
    scroller.size(80_000_000, 500);
    scroller.to(3000);
    scroller.put(scroller.bar);
    let bar = scroller.bar;
    for (let turn = 0; turn < 200; turn++) {
      bar = Math.max(0, bar - 100);
      if (!scroller.moved(bar).apart) continue;
      bar = scroller.bar;
      scroller.put(bar);
    }
    expect(scroller.place).toBeLessThan(1);
  });
});

// UI-720
describe('names of lines', () => {
  const line = (timestamp: string, taskRunId?: string, triggerId?: string) => ({ timestamp, ...(taskRunId ? { taskRunId } : {}), ...(triggerId ? { triggerId } : {}) });
  const lines = [line('10:02', 'a'), line('10:01', 'a'), line('10:01', 'a'), line('10:01', 'b'), line('10:01', undefined, 't'), line('10:01')];
  it('differ', () => expect(lineNames(lines)).toEqual(['10:02 a', '10:01 a', '10:01 a 1', '10:01 b', '10:01 t', '10:01 ']));
  it('stay when newer lines come', () => expect(lineNames([line('10:03', 'a'), line('10:02', 'b'), ...lines]).slice(2)).toEqual(lineNames(lines)));
});

// A log as docs/users/live.md describes the operations over it.
class Log {
  readonly lines: LineAnswer[] = [];
  requests = 0;
  write(count: number, runs: number): void {
    for (let i = 0; i < count; i++) {
      const run = Math.floor(next() * (runs + 1));
      this.lines.push({ n: this.lines.length + 1, at: '2026-01-01T00:00:00Z', level: LEVELS[Math.floor(next() * 5)] ?? 'INFO', message: `line ${this.lines.length}${next() < 0.1 ? '\nmore' : ''}`, ...(run === 0 ? {} : { taskRunId: `run${run}` }) });
    }
  }
  wanted(filter: Filter): LineAnswer[] {
    const lowest = LEVELS.indexOf(filter.minLevel);
    return this.lines.filter((line) => LEVELS.findIndex((name) => name === line.level) <= lowest && (filter.taskRunId === undefined || line.taskRunId === filter.taskRunId));
  }
  profileOf(filter: Filter, buckets: number): Profile {
    const lines = this.wanted(filter);
    const count = Math.min(buckets, lines.length);
    const parts: Profile['buckets'] = [];
    const runs = new Map<string, Profile['runs'][number]>();
    for (const [i, line] of lines.entries()) {
      const at = Math.floor((i * count) / lines.length);
      const part = (parts[at] ??= { n: line.n, lines: 0, warn: 0, error: 0, match: 0 });
      part.lines++;
      const run = runs.get(line.taskRunId ?? '') ?? { ...(line.taskRunId ? { taskRunId: line.taskRunId } : {}), first: line.n, lines: 0, errors: 0 };
      run.lines++;
      runs.set(line.taskRunId ?? '', run);
    }
    return { total: lines.length, levels: {}, matches: 0, buckets: parts, runs: [...runs.values()] };
  }
  readonly reader: Reader = {
    window: (filter, at, size) => {
      this.requests++;
      const lines = this.wanted(filter).filter((line) => line.n >= Number(at));
      return Promise.resolve({ lines: lines.slice(0, Math.min(size, 1000)), total: this.wanted(filter).length, more: { before: false, after: lines.length > size } });
    },
    profile: (filter, buckets) => Promise.resolve(this.profileOf(filter, buckets)),
  };
}
// The log above answers at once, so a few turns of the queue are all that a view waits for.
const settled = async (): Promise<void> => { for (let turns = 0; turns < 20; turns++) await Promise.resolve(); };

async function opened(log: Log, filter: Filter, byTask: boolean, isLive = false): Promise<LogView> {
  const view = new LogView(log.reader, filter, byTask, { changed: () => undefined, failed: (reason) => { throw reason; }, stale: () => { throw new Error('stale'); } });
  await view.open(log.profileOf(filter, 400), new Set(), isLive);
  return view;
}
async function shown(view: LogView, from: number, to: number) {
  for (let tries = 0; tries < 50; tries++) {
    const rows = view.rows(from, to);
    const [first, last] = [rows[0], rows[rows.length - 1]];
    if (!first || !last || !rows.some((row) => row.kind === 'gap')) return rows;
    view.want(first.at, last.at);
    await settled();
  }
  throw new Error('the lines in view did not come');
}
const grouped = (lines: LineAnswer[]): LineAnswer[] => [...new Set(lines.map((line) => line.taskRunId))].flatMap((run) => lines.filter((line) => line.taskRunId === run));
const numbers = (rows: { line?: { n: number } }[]): number[] => rows.flatMap((row) => (row.line ? [row.line.n] : []));

// UI-650, UI-652, UI-1064
describe('a view of a log', { timeout: 60_000 }, () => {
  for (const byTask of [false, true]) {
    it(`shows every line once and in order, ${byTask ? 'by task' : 'by time'}`, async () => {
      for (const [count, runs, minLevel] of [[3, 1, 'TRACE'], [4000, 3, 'TRACE'], [4000, 60, 'INFO'], [900, 5, 'ERROR']] as const) {
        const log = new Log();
        log.write(count, runs);
        const filter = { minLevel };
        const view = await opened(log, filter, byTask);
        const expected = byTask ? grouped(log.wanted(filter)) : log.wanted(filter);
        const seen = new Set<number>();
        for (let y = 0; y < view.height; y += 700) for (const n of numbers(await shown(view, y, y + 900))) seen.add(n);
        expect([...seen]).toEqual(expected.map((line) => line.n));
        expect(view.total).toBe(expected.length);
      }
    });
  }
  it('holds twenty thousand lines of a long log, and asks for what is in view', async () => {
    const log = new Log();
    log.write(60_000, 1);
    const view = await opened(log, { minLevel: 'TRACE' }, false);
    for (let y = 0; y < view.height; y += 40_000) await shown(view, y, y + 900);
    const held = view.sections.flatMap((section) => section.pages).reduce((sum, page) => sum + (page.lines?.length ?? 0), 0);
    expect(held).toBeLessThanOrEqual(21_500);
    log.requests = 0;
    expect(numbers(await shown(view, view.height - 900, Infinity)).pop()).toBe(60_000);
    expect(log.requests).toBeLessThanOrEqual(2);
  });
  it('finds a line while the first lines in view are asked for', async () => {
    const log = new Log();
    log.write(30_000, 4);
    const line = log.wanted({ minLevel: 'INFO' }).filter((one) => one.taskRunId === 'run2').at(-7)!;
    // Each profile comes later than the one before, when lines are here already.
    const { profile } = log.reader;
    let asked = 0;
    log.reader.profile = async (filter, buckets) => {
      for (let turns = 3 * asked++; turns > 0; turns--) await settled();
      return profile(filter, buckets);
    };
    const view = await opened(log, { minLevel: 'INFO' }, true);
    const found = view.find(line);
    view.want({ section: 0, row: 0 }, { section: view.sections.length - 1, row: 40 });
    const place = (await found)!;
    for (let turns = 0; turns < 50; turns++) await settled();
    expect(numbers(view.rows(view.top(place), view.top(place) + 1))).toEqual([line.n]);
  });
  it('goes to a line far away, also in its group', async () => {
    const log = new Log();
    log.write(30_000, 4);
    for (const byTask of [false, true]) {
      const view = await opened(log, { minLevel: 'INFO' }, byTask);
      const line = log.wanted({ minLevel: 'INFO' }).find((one) => one.n > 20_000 && one.taskRunId === 'run2')!;
      const place = await view.find(line);
      expect(place).toBeDefined();
      expect(numbers(view.rows(view.top(place!), view.top(place!) + 1))).toEqual([line.n]);
    }
  });
  // UI-653
  it('appends new lines to their groups, each once', async () => {
    const log = new Log();
    log.write(700, 2);
    for (const byTask of [false, true]) {
      const filter = { minLevel: 'DEBUG' as const };
      const view = await opened(log, filter, byTask, true);
      log.write(900, 3);
      const fresh = log.wanted(filter).filter((line) => line.n > view.last - 10);
      view.append(fresh);
      view.append(fresh);
      const rows = await shown(view, 0, Infinity);
      expect(numbers(rows)).toEqual((byTask ? grouped(log.wanted(filter)) : log.wanted(filter)).map((line) => line.n));
    }
  });
  it('folds a group, and keeps the height of what is measured', async () => {
    const log = new Log();
    log.write(300, 2);
    const view = await opened(log, { minLevel: 'TRACE' }, true);
    await shown(view, 0, view.height);
    const [first] = view.sections;
    const whole = view.height;
    const inside = first!.heights.total;
    first!.folded = true;
    expect(view.height).toBe(whole - inside);
    expect(view.rows(0, headHeight + 1).map((row) => row.kind)).toEqual(['head', 'head']);
    view.layOut(100, false);
    first!.folded = false;
    expect(first!.heights.total).toBe(first!.total * lineHeight);
  });
  it('says that the log is another one when lines were deleted', async () => {
    const log = new Log();
    log.write(50, 1);
    const stale: boolean[] = [];
    const view = new LogView(log.reader, { minLevel: 'TRACE' }, false, { changed: () => undefined, failed: () => undefined, stale: () => stale.push(true) });
    await view.open(log.profileOf({ minLevel: 'TRACE' }, 400), new Set(), false);
    log.lines.length = 20;
    view.want({ section: 0, row: 0 }, { section: 0, row: 10 });
    await settled();
    expect(stale).toEqual([true]);
  });
});
