import { describe, expect, it } from 'vitest';
import { collapse } from './collapse';
import { expandSubflow, fromDependencies, fromServer, taskIdOf } from './flowGraph';
import { layoutGraph, type Box, type GraphInput } from './layout';

const point = (uid: string) => ({ uid, type: 'io.kestra.core.models.hierarchies.GraphClusterRoot' });
const task = (uid: string, type = 'core.log.Log') => ({ uid, type: 'GraphTask', task: { id: uid.split('.').pop() ?? '', type } });
const edge = (source: string, target: string, value?: string) => ({ source, target, relation: { relationType: value === undefined ? 'SEQUENTIAL' : 'CHOICE', ...(value === undefined ? {} : { value }) } });
const chain = (count: number): GraphInput => ({ nodes: Array.from({ length: count }, (_, i) => ({ uid: `n${i}` })), edges: Array.from({ length: count - 1 }, (_, i) => ({ source: `n${i}`, target: `n${i + 1}` })), clusters: [], points: new Set() });

const within = (inner: Box, outer: Box): boolean => inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;
function overlaps(boxes: readonly Box[]): string[] {
  const found: string[] = [];
  boxes.forEach((one, i) => boxes.slice(i + 1).forEach((other) => {
    const apart = one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y;
    if (!apart && !(one.cluster && within(other, one)) && !(other.cluster && within(one, other))) found.push(`${one.uid} ${other.uid}`);
  }));
  return found;
}

const nestedSource = {
  nodes: [point('S'), point('E'), task('root.a'), point('S1'), point('E1'), task('root.p', 'core.flow.Parallel'), task('root.p.x'), point('S2'), point('E2'), task('root.p.if', 'core.flow.If'), task('root.p.if.yes'), task('root.p.if.no'), task('root.z')],
  edges: [
    edge('S', 'root.a'), edge('root.a', 'S1'), edge('S1', 'root.p'), edge('root.p', 'root.p.x'), edge('root.p', 'S2'), edge('S2', 'root.p.if'), edge('root.p.if', 'root.p.if.yes', 'then'), edge('root.p.if', 'root.p.if.no', 'else'),
    edge('root.p.if.yes', 'E2'), edge('root.p.if.no', 'E2'), edge('E2', 'E1'), edge('root.p.x', 'E1'), edge('E1', 'root.z'), edge('root.z', 'E'),
  ],
  clusters: [
    { cluster: { uid: 'cluster_root.p' }, nodes: ['S1', 'E1', 'root.p', 'root.p.x'], parents: [] },
    { cluster: { uid: 'cluster_root.p.if' }, nodes: ['S2', 'E2', 'root.p.if', 'root.p.if.yes', 'root.p.if.no'], parents: ['cluster_root.p'] },
  ],
};
const nested = fromServer(nestedSource);

const call = (uid: string, namespace: string, flowId: string) => ({ uid, type: 'io.kestra.core.models.hierarchies.SubflowGraphTask', task: { id: uid.split('.').pop() ?? '', type: 'core.flow.Subflow', namespace, flowId } });
const flowOf = (...tasks: { uid: string }[]) => ({
  nodes: [point('S'), point('E'), ...tasks, { uid: 'root.t', type: 'GraphTrigger', triggerDeclaration: { id: 't', type: 'core.trigger.Schedule' } }],
  edges: [edge('S', tasks[0]?.uid ?? 'E'), ...tasks.map((one, i) => edge(one.uid, tasks[i + 1]?.uid ?? 'E')), edge('root.t', 'S')],
  clusters: [{ cluster: { uid: 'cluster_Triggers' }, nodes: ['root.t'], parents: [] }],
});

describe('subflows', () => {
  const caller = flowOf(task('root.a'), call('root.sub', 'x', 'child'), task('root.z'));
  // UI-454
  it('say which flow they start, where its name is known', () => {
    const { facts } = fromServer(flowOf(call('root.one', 'x', 'y'), call('root.two', 'x', '{{ vars.flow }}'), task('root.three')));
    expect(['root.one', 'root.two', 'root.three'].map((uid) => facts.get(uid)?.subflow)).toEqual([{ namespace: 'x', flowId: 'y' }, undefined, undefined]);
  });
  it('show their tasks in a box in their place, without what triggers them', () => {
    const { input, facts } = fromServer(expandSubflow(caller, 'root.sub', flowOf(task('root.one'), task('root.two'))));
    const picture = layoutGraph(input, 2000);
    const boxes = new Map(picture.boxes.map((box) => [box.uid, box]));
    expect([...boxes.keys()].filter((uid) => uid.includes('sub')).sort()).toEqual(['cluster_root.sub', 'root.sub/root.one', 'root.sub/root.two']);
    expect(facts.get('cluster_root.sub')).toMatchObject({ id: 'sub', kind: 'cluster', subflow: { namespace: 'x', flowId: 'child' } });
    for (const uid of ['root.sub/root.one', 'root.sub/root.two']) expect(within(boxes.get(uid)!, boxes.get('cluster_root.sub')!)).toBe(true);
    expect(overlaps(picture.boxes)).toEqual([]);
    expect(picture.lines.map((line) => line.id)).toEqual(expect.arrayContaining(['root.a cluster_root.sub', 'cluster_root.sub root.z', 'root.sub/root.one root.sub/root.two']));
  });
  it('within a subflow, and within a loop, lie in their boxes', () => {
    const outer = expandSubflow({ ...nestedSource, nodes: nestedSource.nodes.map((one) => (one.uid === 'root.p.if.yes' ? call(one.uid, 'x', 'child') : one)) }, 'root.p.if.yes', flowOf(task('root.one'), call('root.deep', 'x', 'other')));
    const picture = layoutGraph(fromServer(expandSubflow(outer, 'root.p.if.yes/root.deep', flowOf(task('root.last')))).input, 2000);
    const boxes = new Map(picture.boxes.map((box) => [box.uid, box]));
    const order = ['root.p.if.yes/root.deep/root.last', 'cluster_root.p.if.yes/root.deep', 'cluster_root.p.if.yes', 'cluster_root.p.if', 'cluster_root.p'];
    order.slice(1).forEach((uid, i) => expect(within(boxes.get(order[i]!)!, boxes.get(uid)!), `${order[i]} in ${uid}`).toBe(true));
    expect(overlaps(picture.boxes)).toEqual([]);
  });
  it('of a node that is not there change nothing', () => expect(expandSubflow(caller, 'root.gone', flowOf(task('root.one')))).toBe(caller));
});

describe('graph', () => {
  it('knows which nodes are tasks, also where a branch or a trigger has the name of one', () => {
    const { facts } = fromServer({
      nodes: [task('root.first'), { uid: 'root.t', type: 'GraphTrigger', triggerDeclaration: { id: 'first', type: 'core.trigger.Schedule' } }, task('root.s', 'core.flow.Switch'), point('S'), task('root.s.x')],
      edges: [], clusters: [{ cluster: { uid: 'cluster_root.s' }, nodes: ['S', 'root.s'], parents: [] }, { cluster: { uid: 'cluster_root.s.first' }, nodes: ['root.s.x'], parents: ['cluster_root.s'] }],
    });
    expect(['root.first', 'root.t', 'cluster_root.s', 'cluster_root.s.first', 'nothing'].map((uid) => taskIdOf(facts.get(uid)))).toEqual(['first', undefined, 's', undefined, undefined]);
  });
  // UI-452: a flowable is drawn once, as the header of its box
  it('draws a flowable as a box around its tasks', () => {
    const layout = layoutGraph(nested.input, 2000);
    expect(layout.boxes.map((box) => box.uid).sort()).toEqual(['cluster_root.p', 'cluster_root.p.if', 'root.a', 'root.p.if.no', 'root.p.if.yes', 'root.p.x', 'root.z']);
    const box = (uid: string) => layout.boxes.find((one) => one.uid === uid) as Box;
    expect(within(box('root.p.if.yes'), box('cluster_root.p.if'))).toBe(true);
    expect(within(box('cluster_root.p.if'), box('cluster_root.p'))).toBe(true);
    expect(box('root.p.if.no').caption).toBe('else');
    expect(box('root.a').x).toBeLessThan(box('cluster_root.p').x);
    expect(layout.lines.map((line) => line.id).sort()).toEqual(['cluster_root.p root.z', 'root.a cluster_root.p']);
  });
  // UI-457
  it.each([300, 640, 1200, 4000])('never lays one box over another, %d wide', (width) => expect(overlaps(layoutGraph(nested.input, width).boxes)).toEqual([]));
  // UI-451
  it.each([300, 900])('goes down as well, %d wide', (width) => {
    const layout = layoutGraph(nested.input, width, 'down');
    expect(overlaps(layout.boxes)).toEqual([]);
    const box = (uid: string) => layout.boxes.find((one) => one.uid === uid) as Box;
    expect(box('root.a').y).toBeLessThan(box('cluster_root.p').y);
    expect(box('cluster_root.p').y + box('cluster_root.p').height).toBeLessThan(box('root.z').y);
  });
  it('closes boxes, one in another too', () => {
    const outer = layoutGraph(collapse(nested.input, new Set(['cluster_root.p'])), 2000);
    expect(outer.boxes.map((box) => [box.uid, box.cluster])).toEqual([['root.a', false], ['cluster_root.p', false], ['root.z', false]].sort((left, right) => outer.boxes.findIndex((box) => box.uid === left[0]) - outer.boxes.findIndex((box) => box.uid === right[0])));
    expect(outer.lines.map((line) => line.id).sort()).toEqual(['cluster_root.p root.z', 'root.a cluster_root.p']);
    const inner = layoutGraph(collapse(nested.input, new Set(['cluster_root.p.if'])), 2000);
    expect(inner.boxes.map((box) => box.uid).sort()).toEqual(['cluster_root.p', 'cluster_root.p.if', 'root.a', 'root.p.x', 'root.z']);
    expect(overlaps(inner.boxes)).toEqual([]);
    expect(layoutGraph(collapse(nested.input, new Set(['cluster_root.p', 'cluster_root.p.if'])), 2000).boxes).toHaveLength(3);
    expect(collapse(nested.input, new Set())).toBe(nested.input);
  });
  it('folds a long chain like text', () => {
    const layout = layoutGraph(chain(20), 1000);
    expect(layout.width).toBeLessThanOrEqual(1000);
    expect(new Set(layout.boxes.map((box) => box.y)).size).toBe(5);
    expect(overlaps(layout.boxes)).toEqual([]);
  });
  it('gives the same picture for the same input', () => expect(layoutGraph(nested.input, 900)).toEqual(layoutGraph(nested.input, 900)));
  it('survives a circle and a node that is alone', () => {
    const layout = layoutGraph(fromDependencies({ nodes: [{ uid: 'a' }, { uid: 'b' }, { uid: 'c' }], edges: [{ source: 'a', target: 'b', relation: 'x' }, { source: 'b', target: 'a', relation: 'x' }] }), 800);
    expect(layout.boxes).toHaveLength(3);
    expect(overlaps(layout.boxes)).toEqual([]);
  });
  it('is empty for nothing', () => expect(layoutGraph({ nodes: [], edges: [], clusters: [], points: new Set() }, 500)).toEqual({ boxes: [], lines: [], width: 0, height: 0 }));
  // UI-1065
  it('places 2,000 nodes within a second', () => {
    const clusters = Array.from({ length: 200 }, (_, c) => ({ uid: `c${c}`, nodes: Array.from({ length: 9 }, (_, i) => `c${c}.${i}`), parents: [] }));
    const edges = clusters.flatMap((_, c) => [...Array.from({ length: 8 }, (_, i) => ({ source: `c${c}.${i}`, target: `c${c}.${i + 1}` })), ...(c > 0 ? [{ source: `c${c - 1}.8`, target: `c${c}.0` }] : [])]);
    const input = { nodes: clusters.flatMap((cluster) => cluster.nodes.map((uid) => ({ uid }))), edges, clusters, points: new Set<string>() };
    const begin = performance.now();
    expect(layoutGraph(input, 1400).boxes).toHaveLength(2000);
    expect(performance.now() - begin).toBeLessThan(5000); // the bound of a second holds on an idle machine
  });
});
