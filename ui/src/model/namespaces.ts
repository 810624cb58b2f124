// Namespaces as a tree by their dots: parents are there even where only their children exist. Pure.
export interface NamespaceNode { id: string; name: string; depth: number; children: NamespaceNode[]; exists: boolean }

export function namespaceTree(ids: readonly string[], first = ''): NamespaceNode[] {
  const roots: NamespaceNode[] = [];
  const known = new Map<string, NamespaceNode>();
  const node = (id: string): NamespaceNode => {
    const had = known.get(id);
    if (had) return had;
    const dot = id.lastIndexOf('.');
    const parent = dot < 0 ? undefined : node(id.slice(0, dot));
    const made: NamespaceNode = { id, name: id.slice(dot + 1), depth: parent ? parent.depth + 1 : 0, children: [], exists: false };
    known.set(id, made);
    (parent?.children ?? roots).push(made);
    return made;
  };
  for (const id of ids) node(id).exists = true;
  const sort = (nodes: NamespaceNode[]): void => {
    nodes.sort((left, right) => Number(right.id === first) - Number(left.id === first) || left.name.localeCompare(right.name));
    for (const one of nodes) sort(one.children);
  };
  sort(roots);
  return roots;
}

// The rows that are seen: those of folded nodes are not, unless a text is searched; then the way to each match is open.
export function namespaceRows(roots: readonly NamespaceNode[], folded: ReadonlySet<string>, text: string): NamespaceNode[] {
  const wanted = text.trim().toLowerCase();
  const matches = (node: NamespaceNode): boolean => wanted === '' || node.id.toLowerCase().includes(wanted) || node.children.some(matches);
  return roots.flatMap(function rows(node): NamespaceNode[] {
    if (!matches(node)) return [];
    return [node, ...(wanted === '' && folded.has(node.id) ? [] : node.children.flatMap(rows))];
  });
}

export const ancestors = (id: string): string[] => id.split('.').map((_, i, parts) => parts.slice(0, i + 1).join('.'));
