// The server's graph of a flow as the layout takes it, and the facts of its nodes. Pure.
import type { GraphInput } from './layout';

interface ServerNode { uid: string; type: string; task?: { id?: string; type?: string; runIf?: unknown; retry?: unknown; disabled?: boolean; namespace?: unknown; flowId?: unknown }; triggerDeclaration?: { id?: string; type?: string }; trigger?: { id?: string; type?: string } }
interface ServerEdge { source: string; target: string; relation?: { relationType?: string; value?: string } }
interface ServerCluster { cluster: { uid: string }; nodes: string[]; parents: string[] }
export interface ServerGraph { nodes: unknown[]; edges: unknown[]; clusters: unknown[] }

export interface Subflow { namespace: string; flowId: string }
export interface Fact { uid: string; id: string; type: string; kind: 'task' | 'trigger' | 'cluster'; marks: string[]; subflow?: Subflow }
// The id of the task that a node is; nothing for triggers, and for boxes around a branch or the triggers, whose names may be those of tasks.
export const taskIdOf = (fact: Fact | undefined): string | undefined => (fact === undefined || fact.kind === 'trigger' || fact.type === '' ? undefined : fact.id);
export interface FlowGraph { input: GraphInput; facts: Map<string, Fact> }

const words: Record<string, string> = { ERROR: 'errors', FINALLY: 'finally', AFTER_EXECUTION: 'afterExecution' };

// The flow that a task starts, where its name is known before the task runs.
function subflowOf(node: ServerNode): Subflow | undefined {
  const { namespace, flowId } = node.task ?? {};
  if (!node.type.endsWith('SubflowGraphTask') || typeof namespace !== 'string' || typeof flowId !== 'string') return undefined;
  return namespace.includes('{{') || flowId.includes('{{') ? undefined : { namespace, flowId };
}

// The graph with the tasks of a subflow in the place of the node that starts it: a box around them, whose head is that node (UI-454). What
// starts the subflow by itself is left out.
export function expandSubflow(graph: ServerGraph, uid: string, child: ServerGraph): ServerGraph {
  if (!(graph.nodes as ServerNode[]).some((node) => node.uid === uid)) return graph;
  const box = `cluster_${uid}`;
  const inner = (one: string): string => (one.startsWith('cluster_') ? `cluster_${uid}/${one.slice('cluster_'.length)}` : `${uid}/${one}`);
  const nodes = (child.nodes as ServerNode[]).filter((node) => !node.triggerDeclaration && !node.trigger);
  const kept = new Set(nodes.map((node) => node.uid));
  const [closest] = (graph.clusters as ServerCluster[]).filter((cluster) => cluster.nodes.includes(uid)).sort((left, right) => right.parents.length - left.parents.length);
  const around = closest ? [...closest.parents, closest.cluster.uid] : [];
  const boxes = (child.clusters as ServerCluster[]).filter((cluster) => cluster.nodes.some((one) => nodes.some((node) => node.uid === one && node.task)));
  const edges = (child.edges as ServerEdge[]).filter((edge) => kept.has(edge.source) && kept.has(edge.target));
  const [first] = nodes;
  return {
    nodes: [...graph.nodes, ...nodes.map((node) => ({ ...node, uid: inner(node.uid) }))],
    edges: [...graph.edges, ...(first ? [{ source: uid, target: inner(first.uid) }] : []), ...edges.map((edge) => ({ ...edge, source: inner(edge.source), target: inner(edge.target) }))],
    clusters: [
      ...graph.clusters,
      { cluster: { uid: box }, nodes: [uid, ...nodes.map((node) => inner(node.uid))], parents: around },
      ...boxes.map((cluster) => ({ cluster: { uid: inner(cluster.cluster.uid) }, nodes: cluster.nodes.filter((one) => kept.has(one)).map(inner), parents: [...around, box, ...cluster.parents.map(inner)] })),
    ],
  };
}

export function fromServer(graph: ServerGraph): FlowGraph {
  const nodes = graph.nodes as ServerNode[];
  const clusters = graph.clusters as ServerCluster[];
  const facts = new Map<string, Fact>();
  const points = new Set<string>();
  const called = (node: ServerNode): { subflow?: Subflow } => { const subflow = subflowOf(node); return subflow ? { subflow } : {}; };
  for (const node of nodes) {
    const trigger = node.triggerDeclaration ?? node.trigger;
    if (!node.task && !trigger) points.add(node.uid);
    else if (trigger) facts.set(node.uid, { uid: node.uid, id: trigger.id ?? '', type: trigger.type ?? '', kind: 'trigger', marks: [] });
    else facts.set(node.uid, { ...called(node), uid: node.uid, id: node.task?.id ?? '', type: node.task?.type ?? '', kind: 'task', marks: (['runIf', 'retry', 'disabled'] as const).filter((mark) => node.task?.[mark] !== undefined && node.task[mark] !== false) });
  }
  const made = clusters.map(({ cluster, nodes: own, parents }) => {
    const header = cluster.uid.replace(/^cluster_/, '');
    const known = facts.get(header);
    const task = known && own.includes(header) ? known : undefined;
    facts.set(cluster.uid, { uid: cluster.uid, id: task?.id ?? header.split('.').pop() ?? '', type: task?.type ?? '', kind: 'cluster', marks: task?.marks ?? [], ...(task?.subflow ? { subflow: task.subflow } : {}) });
    return { uid: cluster.uid, nodes: own, parents, header: task ? header : undefined };
  });
  const edges = (graph.edges as ServerEdge[]).map(({ source, target, relation }) => ({ source, target, label: relation?.value ?? words[relation?.relationType ?? ''] }));
  return { input: { nodes: nodes.map(({ uid }) => ({ uid })), edges, clusters: made, points }, facts };
}

export interface Dependency { uid: string; namespace?: string | undefined; id?: string | undefined }

// Flows and what leads from one to the other: no clusters.
export function fromDependencies(graph: { nodes: readonly Dependency[]; edges: readonly { source: string; target: string; relation: string }[] }): GraphInput {
  return { nodes: graph.nodes, edges: graph.edges.map(({ source, target }) => ({ source, target })), clusters: [], points: new Set() };
}
