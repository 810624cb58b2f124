// A graph with some of its boxes closed: what is in them is one node. Pure.
import type { GraphInput } from './layout';

export function collapse(input: GraphInput, closed: ReadonlySet<string>): GraphInput {
  if (closed.size === 0) return input;
  const byUid = new Map(input.clusters.map((cluster) => [cluster.uid, cluster]));
  const ancestors = (uid: string): string[] => [uid, ...(byUid.get(uid)?.parents ?? [])];
  // The outermost closed box that a cluster lies in, or is.
  const holder = (uid: string): string | undefined => ancestors(uid).filter((one) => closed.has(one)).sort((left, right) => (byUid.get(left)?.parents.length ?? 0) - (byUid.get(right)?.parents.length ?? 0))[0];
  const into = new Map<string, string>();
  for (const cluster of input.clusters) {
    const held = holder(cluster.uid);
    if (held === undefined) continue;
    for (const uid of cluster.nodes) into.set(uid, held);
    into.set(cluster.uid, held);
  }
  const at = (uid: string): string => into.get(uid) ?? uid;
  const outermost = [...new Set(into.values())];
  const seen = new Set<string>();
  const edges = input.edges.map((edge) => ({ ...edge, source: at(edge.source), target: at(edge.target) })).filter((edge) => {
    const key = `${edge.source} ${edge.target}`;
    if (edge.source === edge.target || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  const innermost = (uid: string): string | undefined => [...(byUid.get(uid)?.parents ?? [])].sort((left, right) => (byUid.get(right)?.parents.length ?? 0) - (byUid.get(left)?.parents.length ?? 0))[0];
  return {
    nodes: [...input.nodes.filter((node) => !into.has(node.uid)), ...outermost.map((uid) => ({ uid }))],
    edges,
    clusters: input.clusters.filter((cluster) => !into.has(cluster.uid)).map((cluster) => ({ ...cluster, nodes: [...cluster.nodes.filter((uid) => !into.has(uid)), ...outermost.filter((uid) => innermost(uid) === cluster.uid)] })),
    points: new Set([...input.points].filter((uid) => !into.has(uid))),
  };
}
