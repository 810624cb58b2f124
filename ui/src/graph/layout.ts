// Places the nodes of a graph (DESIGN.md 7). A group is a row of columns that folds like text; a cluster is a box with its own group inside.
// Pure: the same input gives the same picture.
export interface GraphNode { uid: string }
export interface GraphEdge { source: string; target: string; label?: string | undefined }
export interface GraphCluster { uid: string; nodes: readonly string[]; parents: readonly string[]; header?: string | undefined }
export interface GraphInput { nodes: readonly GraphNode[]; edges: readonly GraphEdge[]; clusters: readonly GraphCluster[]; points: ReadonlySet<string> }

export interface Box { uid: string; x: number; y: number; width: number; height: number; cluster: boolean; depth: number; caption: string }
export interface Line { id: string; source: string; target: string; points: [number, number][]; label: string }
export interface Layout { boxes: Box[]; lines: Line[]; width: number; height: number }

export type Direction = 'right' | 'down';
export const size = { width: 196, height: 48, gapX: 36, gapY: 16, gutter: 28, pad: 14, head: 34, caption: 16 };

interface Placed { boxes: Box[]; lines: Line[]; width: number; height: number }
interface Item { uid: string; cluster: GraphCluster | undefined; placed: Placed; caption: string; column: number; x: number; y: number; row: number }

class Layouter {
  private readonly innermost = new Map<string, GraphCluster>();
  private readonly parent = new Map<string, string>();
  constructor(private readonly input: GraphInput, private readonly direction: Direction) {
    const depth = new Map(input.clusters.map((cluster) => [cluster.uid, cluster.parents.length]));
    for (const cluster of input.clusters) {
      for (const uid of cluster.nodes) {
        const had = this.innermost.get(uid);
        if (had === undefined || cluster.parents.length > had.parents.length) this.innermost.set(uid, cluster);
      }
      const [above] = [...cluster.parents].sort((left, right) => (depth.get(right) ?? 0) - (depth.get(left) ?? 0));
      if (above !== undefined) this.parent.set(cluster.uid, above);
    }
  }

  // Which item of the group holds a node: the node itself, or the cluster of the group that it lies in. Nothing: it lies outside.
  private holder(uid: string, group: string): string | undefined {
    let at = this.innermost.get(uid)?.uid ?? '';
    if (at === group) return uid;
    while (at !== '') {
      const above = this.parent.get(at) ?? '';
      if (above === group) return at;
      at = above;
    }
    return undefined;
  }

  // The edges between the items of a group. Points without a picture are passed through; what leaves the header is a caption.
  private edgesOf(group: string, header: string | undefined, captions: Map<string, string>): GraphEdge[] {
    const direct: GraphEdge[] = [];
    for (const edge of this.input.edges) {
      const source = this.holder(edge.source, group);
      const target = this.holder(edge.target, group);
      if (source === undefined || target === undefined || source === target) continue;
      if (source === header) {
        if (edge.label) captions.set(target, edge.label);
      } else if (target !== header) direct.push({ source, target, label: edge.label });
    }
    const isPoint = (uid: string): boolean => this.input.points.has(uid);
    const found = new Map<string, GraphEdge>();
    const follow = (from: string, edge: GraphEdge, seen: Set<string>): void => {
      if (!isPoint(edge.target)) {
        if (from !== edge.target) found.set(`${from} ${edge.target}`, { source: from, target: edge.target, label: edge.label });
        return;
      }
      if (seen.has(edge.target)) return;
      seen.add(edge.target);
      for (const next of direct) if (next.source === edge.target) follow(from, next, seen);
    };
    for (const edge of direct) if (!isPoint(edge.source)) follow(edge.source, edge, new Set());
    return [...found.values()];
  }

  group(id: string, header: string | undefined, width: number, depth: number): Placed {
    const captions = new Map<string, string>();
    const edges = this.edgesOf(id, header, captions);
    const items = new Map<string, Item>();
    const add = (uid: string, cluster: GraphCluster | undefined, placed: Placed): void => {
      const caption = captions.get(uid) ?? '';
      items.set(uid, { uid, cluster, placed: caption === '' ? placed : { ...placed, height: placed.height + size.caption }, caption, column: 0, x: 0, y: 0, row: 0 });
    };
    for (const node of this.input.nodes) {
      if (this.input.points.has(node.uid) || node.uid === header || (this.innermost.get(node.uid)?.uid ?? '') !== id) continue;
      add(node.uid, undefined, { boxes: [], lines: [], width: size.width, height: size.height });
    }
    for (const cluster of this.input.clusters) {
      if ((this.parent.get(cluster.uid) ?? '') !== id) continue;
      const inner = this.group(cluster.uid, cluster.header, width - 2 * size.pad, depth + 1);
      add(cluster.uid, cluster, { boxes: inner.boxes, lines: inner.lines, width: Math.max(size.width, inner.width + 2 * size.pad), height: inner.height + size.head + (inner.height > 0 ? size.pad : 0) });
    }
    assignColumns(items, edges);
    return this.direction === 'down' ? placeDown([...items.values()], edges, depth) : place([...items.values()], edges, width, depth);
  }
}

// The column of an item is its longest way from the beginning. An edge that closes a circle does not count.
function assignColumns(items: Map<string, Item>, edges: readonly GraphEdge[]): void {
  const before = new Map<string, string[]>();
  for (const edge of edges) before.set(edge.target, [...(before.get(edge.target) ?? []), edge.source]);
  const done = new Map<string, number>();
  const visit = (uid: string, way: Set<string>): number => {
    const known = done.get(uid);
    if (known !== undefined) return known;
    way.add(uid);
    let column = 0;
    for (const source of before.get(uid) ?? []) if (!way.has(source)) column = Math.max(column, visit(source, way) + 1);
    way.delete(uid);
    done.set(uid, column);
    return column;
  };
  for (const item of items.values()) item.column = visit(item.uid, new Set());
}

// Items of a column stand near those that lead to them: two sweeps over the mean of their places.
function ordered(columns: Item[][], edges: readonly GraphEdge[]): void {
  const before = new Map<string, string[]>();
  for (const edge of edges) before.set(edge.target, [...(before.get(edge.target) ?? []), edge.source]);
  const place = new Map<string, number>();
  const note = (column: Item[]): void => column.forEach((item, i) => place.set(item.uid, i));
  columns.forEach(note);
  for (const column of [...columns, ...columns]) {
    const mean = new Map(column.map((item) => {
      const found = (before.get(item.uid) ?? []).map((uid) => place.get(uid) ?? 0);
      return [item.uid, found.length === 0 ? (place.get(item.uid) ?? 0) : found.reduce((sum, at) => sum + at, 0) / found.length];
    }));
    column.sort((left, right) => (mean.get(left.uid) ?? 0) - (mean.get(right.uid) ?? 0));
    note(column);
  }
}

interface Row { top: number; bottom: number }

// Columns side by side; where the width ends, a new row begins.
function place(items: Item[], edges: readonly GraphEdge[], width: number, depth: number): Placed {
  const columns: Item[][] = [];
  for (const item of items) (columns[item.column] ??= []).push(item);
  const filled = columns.filter((column) => column !== undefined);
  ordered(filled, edges);
  const heightOf = (column: Item[]): number => column.reduce((sum, item) => sum + item.placed.height + size.gapY, -size.gapY);
  const rows: Row[] = [];
  let row: Item[][] = [];
  let x = 0;
  let top = 0;
  let widest = 0;
  const close = (): void => {
    const height = Math.max(0, ...row.map(heightOf));
    for (const column of row) {
      let y = top + (height - heightOf(column)) / 2;
      for (const item of column) {
        item.y = y;
        item.row = rows.length;
        y += item.placed.height + size.gapY;
      }
    }
    rows.push({ top, bottom: top + height });
    top += height + size.gutter * 1.5;
    row = [];
    x = 0;
  };
  for (const column of filled) {
    const wide = Math.max(...column.map((item) => item.placed.width));
    if (row.length > 0 && x + wide > width) close();
    for (const item of column) item.x = x;
    row.push(column);
    widest = Math.max(widest, x + wide);
    x += wide + size.gapX;
  }
  if (row.length > 0) close();
  return finish(items, edges, rows, widest, depth);
}

// Columns one below the other, the items of each side by side: for narrow places.
function placeDown(items: Item[], edges: readonly GraphEdge[], depth: number): Placed {
  const columns: Item[][] = [];
  for (const item of items) (columns[item.column] ??= []).push(item);
  const filled = columns.filter((column) => column !== undefined);
  ordered(filled, edges);
  const widthOf = (column: Item[]): number => column.reduce((sum, item) => sum + item.placed.width + size.gapY, -size.gapY);
  const widest = Math.max(0, ...filled.map(widthOf));
  const rows: Row[] = [];
  let y = 0;
  for (const column of filled) {
    const height = Math.max(...column.map((item) => item.placed.height));
    let x = (widest - widthOf(column)) / 2;
    for (const item of column) {
      item.x = x;
      item.y = y;
      item.row = rows.length;
      x += item.placed.width + size.gapY;
    }
    rows.push({ top: y, bottom: y + height });
    y += height + size.gapX;
  }
  return finish(items, edges, rows, widest, depth, routeDown);
}

function finish(items: Item[], edges: readonly GraphEdge[], rows: Row[], width: number, depth: number, routed = route): Placed {
  const boxes: Box[] = [];
  const lines: Line[] = [];
  const byUid = new Map(items.map((item) => [item.uid, item]));
  for (const item of items) {
    const above = item.caption === '' ? 0 : size.caption;
    const y = item.y + above;
    boxes.push({ uid: item.uid, x: item.x, y, width: item.placed.width, height: item.placed.height - above, cluster: item.cluster !== undefined, depth, caption: item.caption });
    for (const box of item.placed.boxes) boxes.push({ ...box, x: box.x + item.x + size.pad, y: box.y + y + size.head });
    for (const line of item.placed.lines) lines.push({ ...line, points: line.points.map(([px, py]) => [px + item.x + size.pad, py + y + size.head]) });
  }
  for (const edge of edges) {
    const source = byUid.get(edge.source);
    const target = byUid.get(edge.target);
    if (source && target) lines.push({ id: `${edge.source} ${edge.target}`, source: edge.source, target: edge.target, points: routed(source, target, rows), label: edge.label ?? '' });
  }
  return { boxes, lines, width, height: Math.max(0, ...rows.map((row) => row.bottom)) };
}

const middle = (item: Item): number => {
  const above = item.caption === '' ? 0 : size.caption;
  return item.y + above + (item.cluster ? size.head / 2 : (item.placed.height - above) / 2);
};

// To the next column straight; further, or to another row, through the free line below the row.
function route(source: Item, target: Item, rows: Row[]): [number, number][] {
  const from: [number, number] = [source.x + source.placed.width, middle(source)];
  const to: [number, number] = [target.x, middle(target)];
  const near = source.row === target.row && target.column === source.column + 1;
  if (near && from[1] === to[1]) return [from, to];
  const before = to[0] - size.gapX / 2;
  if (near) return [from, [before, from[1]], [before, to[1]], to];
  const after = from[0] + size.gapX / 2;
  const row = rows[target.row > source.row ? target.row - 1 : source.row];
  const free = (row?.bottom ?? 0) + size.gutter * 0.75;
  return [from, [after, from[1]], [after, free], [before, free], [before, to[1]], to];
}

// From the lower edge to the upper edge of the next row; further, along the left side.
function routeDown(source: Item, target: Item, rows: Row[]): [number, number][] {
  const above = target.caption === '' ? 0 : size.caption;
  const from: [number, number] = [source.x + source.placed.width / 2, source.y + source.placed.height];
  const to: [number, number] = [target.x + target.placed.width / 2, target.y + above];
  const before = (rows[target.row]?.top ?? target.y) - size.gapX / 2;
  if (target.row === source.row + 1) return from[0] === to[0] ? [from, to] : [from, [from[0], before], [to[0], before], to];
  const after = (rows[source.row]?.bottom ?? from[1]) + size.gapX / 4;
  const free = Math.min(source.x, target.x) - size.gapY / 2;
  return [from, [from[0], after], [free, after], [free, before], [to[0], before], to];
}

export function layoutGraph(input: GraphInput, width: number, direction: Direction = 'right'): Layout {
  const { boxes, lines, width: wide, height } = new Layouter(input, direction).group('', undefined, Math.max(width, size.width), 0);
  return { boxes, lines, width: wide, height };
}
