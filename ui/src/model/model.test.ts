import { describe, expect, it } from 'vitest';
import { parseAnsi, plainText } from './ansi';
import { clockMillis, relativeDate, shortDate } from './dates';
import { formatIso, humanDuration, joinDuration, parseDuration, splitDuration } from './duration';
import { search } from './fuzzy';
import { formatMessage, type Part } from './messages';
import { childCounts, findTask, runOf, ticks, tree, visible, withRest, type Run } from './runs';
import { allows, familyOf, FAMILIES, isTerminal, STATES, type Action } from './state';
import { seeded } from './seeded';

const next = seeded(1);

describe('state', () => {
  // UI-620
  it('knows sixteen states, each of one family', () => {
    expect(STATES).toHaveLength(16);
    for (const state of STATES) expect(FAMILIES).toContain(familyOf(state));
  });
  // UI-621, UI-674
  it('allows each action exactly in its states', () => {
    const allowed = (action: Action): string[] => STATES.filter((state) => allows(state, action));
    expect(allowed('resume')).toEqual(['PAUSED']);
    expect(allowed('pause')).toEqual(['CREATED', 'RUNNING']);
    expect(allowed('kill')).toEqual(['CREATED', 'QUEUED', 'RESTARTED', 'RUNNING', 'RETRYING', 'PAUSED']);
    expect(allowed('restart')).toEqual(['WARNING', 'FAILED', 'KILLED', 'CANCELLED']);
    expect(allowed('replay')).toEqual(STATES.filter(isTerminal));
  });
  it('shows a state that it does not know like CREATED', () => expect(familyOf('SOMETHING_NEW')).toBe('other'));
});

describe('duration', () => {
  it.each([['PT0S', 0], ['PT4.063079S', 4063.079], ['PT2H30M', 9_000_000], ['P1DT1S', 86_401_000], ['P1W', 604_800_000], ['-PT5S', -5000]])('reads %s', (text, value) => expect(parseDuration(text)).toBeCloseTo(value, 6));
  it.each(['', 'P', 'PT', 'P1', '5s', 'PT1H2'])('refuses %j', (text) => expect(parseDuration(text)).toBeUndefined());
  it.each([[0, '0 s'], [12, '12 ms'], [4063, '4.1 s'], [9_940, '9.9 s'], [41_000, '41 s'], [59_999, '1 min'], [3_840_000, '1 h 4 min'], [3_600_500, '1 h'], [90_061_000, '1 d 1 h']])('says %d ms as %s', (value, text) => expect(humanDuration(value)).toBe(text));
  it('comes back the same through ISO', () => {
    for (let i = 0; i < 2000; i++) {
      const value = Math.floor(next() * 10 ** (i % 11));
      expect(parseDuration(formatIso(value))).toBeCloseTo(value, 3);
    }
  });
  it('comes back the same through its parts', () => {
    for (const value of [0, 1, 1000, 59_999, 9_000_000, 90_061_250, 90_119_999]) expect(joinDuration(splitDuration(value))).toBe(value);
  });
});

describe('dates', () => {
  const style = { language: 'en-GB', zone: 'Europe/Berlin' };
  const now = Date.parse('2026-11-22T12:00:00Z');
  it('shows today as a time, this year with its day, else the date', () => {
    expect(shortDate(Date.parse('2026-11-22T05:38:11.304Z'), now, style)).toBe('06:38:11');
    expect(shortDate(Date.parse('2026-11-21T22:30:00Z'), now, style)).toBe('21 Nov, 23:30');
    expect(shortDate(Date.parse('2025-01-02T00:00:00Z'), now, style)).toBe('2 Jan 2025');
  });
  it('counts the day in the zone of the reader', () => expect(shortDate(Date.parse('2026-11-21T23:30:00Z'), now, style)).toBe('00:30:00'));
  it('shows milliseconds', () => expect(clockMillis(Date.parse('2026-11-22T05:38:11.304Z'), style)).toBe('06:38:11.304'));
  it('says how long ago', () => expect(relativeDate(now - 3 * 60_000, now, 'en')).toBe('3 min. ago'));
});

describe('ansi', () => {
  // UI-651
  it('reads colours, drops other sequences', () => {
    expect(parseAnsi('a \u001b[1;32mok\u001b[0m b')).toEqual([{ text: 'a ' }, { text: 'ok', bold: true, color: 'green' }, { text: ' b' }]);
    expect(parseAnsi('\u001b[38;5;196mx')[0]?.color).toBe('#ff0000');
    expect(parseAnsi('\u001b[38;2;1;2;3mx')[0]?.color).toBe('#010203');
    expect(plainText('\u001b]8;;http://x\u0007link\u001b]8;;\u0007 \u001b[2Kend')).toBe('link end');
  });
  it('never gives a control character or a change of direction to the page', () => {
    for (let i = 0; i < 3000; i++) {
      const line = Array.from({ length: 30 }, () => ['\u001b', '[', ';', '3', '8', 'm', '\u0000', '\u202e', '\u009b', 'x', ']', '\u0007', '\ud800'][Math.floor(next() * 13)]).join('');
      // eslint-disable-next-line no-control-regex
      expect(plainText(line)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/);
    }
  });
});

describe('fuzzy', () => {
  it('finds by parts of words, the best first', () => {
    const types = ['io.kestra.plugin.core.http.Download', 'io.kestra.plugin.core.http.Request', 'io.kestra.plugin.core.log.Log'];
    expect(search('http req', types, (text) => text)).toEqual(['io.kestra.plugin.core.http.Request']);
    expect(search('pat fl', ['fleet-update', 'patch-linux-fleet', 'spatial'], (text) => text)).toEqual(['patch-linux-fleet']);
  });
});

describe('messages', () => {
  it('chooses plurals and cases, and formats numbers', () => {
    const message: Part[] = [['p', 'n', { '=0': ['none'], one: [['#'], ' line'], other: [['#'], ' lines'] }], ' in ', ['a', 'where']];
    expect(formatMessage(message, { n: 1, where: 'a' }, 'en')).toBe('1 line in a');
    expect(formatMessage(message, { n: 1200, where: 'a' }, 'en')).toBe('1,200 lines in a');
    expect(formatMessage(message, { n: 0, where: 'a' }, 'en')).toBe('none in a');
  });
});

describe('runs', () => {
  const run = (id: string, taskId: string, state: string, second: number, more: Partial<Run> = {}): Run => ({
    id, taskId, state: { current: state, startDate: new Date(second * 1000).toISOString(), endDate: new Date(second * 1000 + 500).toISOString(), histories: [{ state: 'RUNNING', date: new Date(second * 1000 + 100).toISOString() }] }, ...more,
  });
  const loop = [
    run('w', 'waves', 'RUNNING', 1),
    ...['a', 'b'].flatMap((value, i) => [run(`x${value}`, 'apply', 'SUCCESS', 2 + i, { parentTaskRunId: 'w', value, iteration: i }), run(`y${value}`, 'check', value === 'b' ? 'FAILED' : 'SUCCESS', 3 + i, { parentTaskRunId: 'w', value, iteration: i })]),
  ];
  // UI-640
  it('puts iterations under their loop and counts their states', () => {
    const [waves] = tree(loop);
    expect(waves?.children.map((row) => [row.taskId, row.state, row.depth])).toEqual([['a', 'SUCCESS', 1], ['b', 'FAILED', 1]]);
    expect(waves?.counts).toEqual({ SUCCESS: 3, FAILED: 1 });
    expect(waves?.children[1]?.children.map((row) => [row.taskId, row.depth])).toEqual([['apply', 2], ['check', 2]]);
  });
  it('shows tasks to come while it runs, and none after it has ended', () => {
    const flow = [{ id: 'waves', type: 't' }, { id: 'report', type: 't' }];
    expect(tree(loop, flow, false).map((row) => row.taskId)).toEqual(['waves', 'report']);
    expect(tree(loop, flow, true).map((row) => row.taskId)).toEqual(['waves']);
  });
  it('keeps the rows above a match', () => {
    const seen = visible(tree(loop), () => false, (row) => row.state === 'FAILED' && row.children.length === 0);
    expect(seen.map((row) => row.taskId)).toEqual(['waves', 'b', 'check']);
  });
  // UI-641, UI-1064
  it('of a long execution have the counts of the server, and the end of a level says how many more there are', () => {
    const at = (second: number): string => new Date(second * 1000).toISOString();
    const answer = (id: string, second: number, more: object = {}) => runOf({ id, taskId: id, state: 'SUCCESS', queuedAt: at(second), startedAt: at(second + 1), endedAt: at(second + 2), attempts: [{ state: 'SUCCESS', startedAt: at(second + 1) }], outputs: false, ...more });
    const rows = tree([answer('loop', 1, { children: { total: 9000, byState: { SUCCESS: 8999, FAILED: 1 } } }), answer('a', 2, { parentId: 'loop' }), answer('b', 3, { parentId: 'loop' }), answer('after', 9), answer('other', 10, { children: { total: 3, byState: { SUCCESS: 3 } } })]);
    expect(rows.map((row) => [row.taskId, row.size, row.counts])).toEqual([['loop', 9000, { SUCCESS: 8999, FAILED: 1 }], ['after', 0, {}], ['other', 3, { SUCCESS: 3 }]]);
    expect([rows[0]?.began, rows[0]?.end]).toEqual([2000, 3000]);
    const rest = new Map([['loop', 8998], ['', 4]]);
    const shown = (folded: string) => withRest(visible(rows, (row) => row.key === folded, () => true), rest, (row) => row.key !== folded).map((row) => [row.key, row.depth, row.more]);
    expect(shown('other')).toEqual([['loop', 0, undefined], ['a', 1, undefined], ['b', 1, undefined], ['more:loop', 1, 8998], ['after', 0, undefined], ['other', 0, undefined], ['more:', 0, 4]]);
    expect(shown('loop').map(([key]) => key)).toEqual(['loop', 'after', 'other', 'more:']);
  });
  // UI-654
  it('have the counts of the executions that they started, and the task that says which flow these are of', () => {
    expect(childCounts({ iterations: { SUCCESS: 3, RUNNING: 2, FAILED: 0, odd: 'x' } })).toEqual([{ state: 'SUCCESS', count: 3 }, { state: 'RUNNING', count: 2 }]);
    for (const outputs of [undefined, {}, { iterations: null }, { iterations: 'many' }]) expect(childCounts(outputs)).toEqual([]);
    const tasks = [{ id: 'a', type: 't', inputs: { id: 'items' } }, { id: 'b', type: 't', tasks: [{ id: 'items', type: 'ForEachItem', subflowId: 'f' }] }];
    expect(findTask(tasks, 'items')?.['subflowId']).toBe('f');
    expect(findTask(tasks, 'c')).toBeUndefined();
  });
  it('ticks at round steps', () => {
    expect(ticks(0, 10_000, 5)).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
    expect(ticks(0, 10_000, 5).length).toBeLessThanOrEqual(6);
  });
});
