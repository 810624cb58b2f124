import { describe, expect, it } from 'vitest';
import { seeded } from '../seeded';
import { lineEnd, pathAt, readText, same, spanOf, valueAt, withValue, type FlowText, type Path } from './document';
import { CannotEdit, changeBetween, insertItem, moveItem, rawItem, removeAt, renameKey, setValue } from './edit';

const flow = `# the whole
id: hello # the name
namespace: "company.team"

inputs:
  - {id: who, type: STRING, defaults: 'you'}

tasks:
  # asks first
  - id: first
    type: io.kestra.plugin.core.log.Log
    message: |
      one

      two
  - id: loop   # over all
    type: io.kestra.plugin.core.flow.ForEach
    values: ["a", b, 3] # three
    tasks:
    - id: inner
      type: io.kestra.plugin.core.http.Request
      uri: "{{ taskrun.value }}"
      headers:
        Accept: text/plain   # plain

        X-Id: 'it''s'
    - type: io.kestra.plugin.core.log.Log
      id: deep

      message: >-
        folded
        text

triggers:
- id: nightly
  type: io.kestra.plugin.core.trigger.Schedule
  cron: "0 2 * * *"
# the end
`;

describe('edits of YAML', () => {
  // UI-422
  it.each<[Path, unknown, string, string]>([
    [['id'], 'other', 'id: hello # the name', 'id: other # the name'],
    [['namespace'], 'a.b', '"company.team"', '"a.b"'],
    [['inputs', 0, 'defaults'], "it's", "'you'", "'it''s'"],
    [['inputs', 0, 'required'], false, "'you'}", "'you', required: false}"],
    [['tasks', 0, 'message'], 'three\nfour\n', '      one\n\n      two\n', '      three\n      four\n'],
    [['tasks', 1, 'values', 1], 'x y: z', 'b, 3', '"x y: z", 3'],
    [['tasks', 1, 'concurrencyLimit'], 2, '        text\n', '        text\n    concurrencyLimit: 2\n'],
    [['tasks', 1, 'tasks', 0, 'headers', 'Accept'], undefined, '        Accept: text/plain   # plain\n', ''],
    [['tasks', 1, 'tasks', 1, 'type'], undefined, '    - type: io.kestra.plugin.core.log.Log\n      id', '    - id'],
    [['description'], 'Says: hello', 'id: hello # the name\nnamespace: "company.team"\n', 'id: hello # the name\nnamespace: "company.team"\ndescription: "Says: hello"\n'],
  ])('write %j as %j', (path, value, before, after) => {
    expect(flow).toContain(before);
    expect(setValue(flow, path, value, ['id', 'namespace', 'description', 'inputs', 'tasks', 'triggers'])).toBe(flow.replace(before, () => after));
  });
  it('take away a map that is left empty', () => expect(setValue('id: a\nretry:\n  type: constant\ntasks: []\n', ['retry', 'type'], undefined)).toBe('id: a\ntasks: []\n'));
  it('make what is not there', () => expect(setValue('id: a\n', ['retry', 'options', 'type'], 'x')).toBe('id: a\nretry:\n  options:\n    type: x\n'));
  it('fill an empty text', () => expect(setValue('# nothing yet\n', ['id'], 'a')).toBe('# nothing yet\nid: a\n'));
  it.each(['yes', 'no', 'on', '012', '1e3', 'null', '~', '', ' x', 'x ', '- a', 'a: b', 'a #b', '#a', '{{ x }}', '*a', '&a', '!a', '%a', '@a', '`a', '"', "'", 'a\tb', '\u0000', '\ud800', '\u{1f600}', '2026-01-01', '0x1f', 'a\r\nb', '  x\ny', 'a \nb', 'a\n\n\n', '---\nx', '...'])('keep the text %j', (value) => {
    for (const [source, path] of [['a: b\nc: d # e\n', ['a']], ['a: "b"\n', ['a']], ["a: 'b'\n", ['a']], ['x: {a: b, c: d}\n', ['x', 'a']], ['x: [b, c]\n', ['x', 0]], ['x:\n  - b\n  - c\n', ['x', 0]], ['a: |\n  b\nc: d\n', ['a']], ['x:\n  a:\n', ['x', 'a']]] as [string, Path][]) {
      const made = setValue(source, path, value);
      expect(valueAt(readText(made).value, path)).toBe(value);
    }
  });
  it('add, move and take away items with their comments', () => {
    const added = insertItem(flow, ['tasks'], 1, { id: 'new', type: 't', script: 'a\nb\n' });
    expect(added).toBe(flow.replace('  - id: loop   #', '  - id: new\n    type: t\n    script: |\n      a\n      b\n  - id: loop   #'));
    const moved = moveItem(flow, ['tasks', 0], ['tasks', 1, 'tasks'], 2);
    expect(moved).toContain('        text\n    # asks first\n    - id: first\n      type: io.kestra.plugin.core.log.Log\n      message: |\n        one\n\n        two\n');
    expect(moved).not.toContain('\n  # asks first');
    expect(removeAt(flow, ['tasks', 0])).toBe(flow.replace(/ {2}# asks first[^]*? {6}two\n/, ''));
    expect(removeAt(flow, ['triggers', 0])).toBe(flow.replace(/triggers:[^]*\* \* \*"\n/, ''));
    expect(rawItem(flow, ['tasks', 0])?.startsWith('# asks first\n- id: first\n  type:')).toBe(true);
    expect(() => moveItem(flow, ['tasks', 1], ['tasks', 1, 'tasks'], 0)).toThrow(CannotEdit);
    expect(insertItem('id: a\n', ['tasks'], 0, { id: 'b' })).toBe('id: a\n\ntasks:\n  - id: b\n'.replace('\n\n', '\n'));
  });
  it('move the only item of a list before or into the list that holds its parent', () => {
    const source = 'tasks:\n  - id: a\n  - id: b\n    tasks:\n      - id: x\n      - id: y\n  - id: p\n    tasks:\n      # the child\n      - id: c\n';
    const b = { id: 'b', tasks: [{ id: 'x' }, { id: 'y' }] };
    const expected = [[{ id: 'c' }, { id: 'a' }, b, { id: 'p' }], [{ id: 'a' }, { id: 'c' }, b, { id: 'p' }], [{ id: 'a' }, b, { id: 'c' }, { id: 'p' }], [{ id: 'a' }, b, { id: 'p' }, { id: 'c' }]];
    expected.forEach((tasks, index) => {
      const moved = moveItem(source, ['tasks', 2, 'tasks', 0], ['tasks'], index);
      expect(readText(moved).value).toEqual({ tasks });
      expect(moved).toContain('  # the child\n  - id: c\n');
    });
    // A list that the place of the item does not go through is as it was.
    expect(readText(moveItem(source, ['tasks', 2, 'tasks', 0], ['tasks', 1, 'tasks'], 0)).value).toEqual({ tasks: [{ id: 'a' }, { id: 'b', tasks: [{ id: 'c' }, { id: 'x' }, { id: 'y' }] }, { id: 'p' }] });
  });
  it('do not put an item in the place of something that is not a list', () => {
    expect(() => insertItem('tasks: later\n', ['tasks'], 0, { id: 'a' })).toThrow(CannotEdit);
    expect(() => insertItem('tasks: {id: a}\n', ['tasks'], 0, { id: 'b' })).toThrow('tasks is not a list');
    expect(readText(insertItem('tasks:\n', ['tasks'], 0, { id: 'b' })).value).toEqual({ tasks: [{ id: 'b' }] });
  });
  it('rename a key', () => {
    expect(renameKey(flow, ['tasks', 1, 'tasks', 0, 'headers', 'X-Id'], 'X-Name')).toBe(flow.replace('X-Id', 'X-Name'));
    expect(() => renameKey(flow, ['tasks', 1, 'tasks', 0, 'headers', 'X-Id'], 'Accept')).toThrow(CannotEdit);
  });
  it('refuse a text that is broken', () => {
    expect(() => setValue('tasks: [', ['id'], 'a')).toThrow(CannotEdit);
    expect(readText('a: 1\ntasks: [\n').problem).toMatchObject({ line: 3 });
    expect(readText('a: *none\n').problem).toBeDefined();
  });
  it('reach through anchors and merge keys without loss', () => {
    const source = 'base: &base\n  a: 1 # one\nother:\n  <<: *base\n  b: 2\nlast: *base\n';
    expect(readText(setValue(source, ['other', 'b'], 3)).value).toMatchObject({ base: { a: 1 }, other: { a: 1, b: 3 } });
    expect(setValue(source, ['other', 'b'], 3)).toBe(source.replace('b: 2', 'b: 3'));
    expect(readText(setValue(source, ['last'], 'x')).value).toMatchObject({ last: 'x', base: { a: 1 } });
  });
  it('know places', () => {
    const text = readText(flow);
    expect(pathAt(text, flow.indexOf('X-Id') + 1)).toEqual(['tasks', 1, 'tasks', 0, 'headers', 'X-Id']);
    expect(pathAt(text, flow.indexOf('cron') + 3)).toEqual(['triggers', 0, 'cron']);
    const span = spanOf(text, ['tasks', 0]);
    expect(flow.slice(span?.from, span?.to)).toMatch(/^- id: first[^]*two$/);
    expect(changeBetween('abcd', 'abXd')).toEqual({ from: 2, to: 3, text: 'X' });
  });
});

// UI-342: nothing but the node changes
describe('edits of YAML, by chance', () => {
  const next = seeded(7);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  const words = ['a', 'it is', 'x: y', '{{ inputs.a }}', 'two\nlines', 'true', '12', '', "it's", '# no', 'é 😀', '-', 'on', ' lead', 'end\n'];
  const scalar = (): unknown => pick([...words, 1, -2.5, true, false, null, pick(words), pick(words)] as unknown[]);
  const value = (depth: number): unknown => {
    const kind = depth > 2 ? 0 : next();
    if (kind < 0.6) return scalar();
    if (kind < 0.8) return Array.from({ length: Math.floor(next() * 3) }, () => value(depth + 1));
    return Object.fromEntries(Array.from({ length: Math.floor(next() * 3) }, (_, i) => [`k${i}`, value(depth + 1)]));
  };
  const places = (at: unknown, path: Path = []): Path[] => (typeof at === 'object' && at !== null
    ? [path, ...(Array.isArray(at) ? (at as unknown[]).flatMap((item, i) => places(item, [...path, i])) : Object.entries(at).flatMap(([key, item]) => places(item, [...path, key])))]
    : [path]);
  const comments = (source: string): string[] => source.split('\n').flatMap((line) => /(?:^|\s)#\s(?:the|asks|over|three|plain).*$/.exec(line)?.[0].trim() ?? []);

  // Small texts that together have what flows have: comments, quotes, blocks, lists with and without indentation, flow style.
  const texts = [
    'id: hello # the name\nnamespace: "company.team"\n\ninputs:\n  - {id: who, type: STRING, defaults: \'you\'}\n# the end\n',
    'tasks:\n  # asks first\n  - id: first\n    message: |\n      one\n\n      two\n  - id: loop   # over all\n    values: ["a", b, 3] # three\n',
    'tasks:\n- id: inner\n  headers:\n    Accept: text/plain   # plain\n\n    X-Id: \'it\'\'s\'\n- type: log\n  id: deep\n\n  message: >-\n    folded\n    text\nlast: 1\n',
    'a:\n  b:\n    c: 1 # three\n    d:\n  e: [] # the list\n  f: {g: {h: [1, {i: "x"}]}}\nj:\n  - - 1\n    - 2\n  - k: "{{ l }}"\n    m: ~',
  ];
  it('10,000 edits change what they name, and no other line', () => {
    let before = readText(pick(texts));
    for (let i = 0; i < 10_000; i++) {
      const { source } = before;
      const path = pick(places(before.value).filter((place) => place.length > 0));
      const fresh = next() < 0.2 && typeof path[path.length - 1] === 'string';
      const target: Path = fresh ? [...path.slice(0, -1), `n${i % 5}`] : path;
      const made = next() < 0.15 ? undefined : value(0);
      const after = setValue(source, target, made);
      const wrong = wrongIn(before, target, made, after);
      if (wrong !== '') throw new Error(`${wrong}: ${JSON.stringify(target)} = ${JSON.stringify(made)} in\n${source}\ngave\n${after}`);
      const read = readText(i % 6 === 5 ? pick(texts) : after);
      before = places(read.value).length > 1 ? read : readText(pick(texts));
    }
  }, 120_000);

  function wrongIn(before: FlowText, target: Path, made: unknown, after: string): string {
    const { source } = before;
    const read = readText(after);
    if (read.problem) return read.problem.message;
    if (made !== undefined && !same(read.value, withValue(before.value, target, made))) return 'another value';
    if (after === source) return '';
    const there = spanOf(before, target);
    // What is written stands in the lines of its place; what is new or goes away stands among the lines of its parent.
    if (made !== undefined && there && valueAt(before.value, target) !== undefined && !(after.startsWith(source.slice(0, there.from)) && after.endsWith(source.slice(lineEnd(source, there.to))))) return 'a change outside of its place';
    const outside = there ? source.slice(0, there.from) + source.slice(there.to) : source;
    return made === undefined ? '' : (comments(outside).find((comment) => !after.includes(comment)) ?? '');
  }
});
