// Panes of a work space: columns side by side, in each column stacks one above the other, in each stack tabs (UI-340). Pure.
export interface Stack { tabs: string[]; active: string; size: number }
export interface Column { size: number; stacks: Stack[] }
export interface Layout { columns: Column[] }
export type Edge = 'tab' | 'left' | 'right' | 'top' | 'bottom';
export interface Target { column: number; stack: number; edge: Edge }
export interface Rect { column: number; stack: number; left: number; top: number; width: number; height: number }

export const standardLayout = (): Layout => ({ columns: [{ size: 1.9, stacks: [{ tabs: ['code'], active: 'code', size: 1 }] }, { size: 1, stacks: [{ tabs: ['docs'], active: 'docs', size: 1 }] }] });

const stackOf = (kind: string): Stack => ({ tabs: [kind], active: kind, size: 1 });
const copyOf = (layout: Layout): Layout => ({ columns: layout.columns.map((column) => ({ size: column.size, stacks: column.stacks.map((stack) => ({ ...stack, tabs: [...stack.tabs] })) })) });
export const openKinds = (layout: Layout): string[] => layout.columns.flatMap((column) => column.stacks.flatMap((stack) => stack.tabs));
export const shownKinds = (layout: Layout): string[] => layout.columns.flatMap((column) => column.stacks.map((stack) => stack.active));

// What was kept may be of another version or not ours at all: unknown kinds and empty parts go, one of each kind stays.
export function saneLayout(kept: unknown, kinds: readonly string[]): Layout {
  const seen = new Set<string>();
  const size = (value: unknown): number => (typeof value === 'number' && value > 0.05 && value < 100 ? value : 1);
  const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? (value as unknown[]).filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null) : []);
  const columns = listOf((kept as { columns?: unknown } | null)?.columns).slice(0, 4).map((column) => ({
    size: size(column['size']),
    stacks: listOf(column['stacks']).map((stack) => {
      const tabs = (Array.isArray(stack['tabs']) ? (stack['tabs'] as unknown[]) : []).filter((tab): tab is string => typeof tab === 'string' && kinds.includes(tab) && !seen.has(tab));
      tabs.forEach((tab) => seen.add(tab));
      return { tabs, active: tabs.includes(String(stack['active'])) ? String(stack['active']) : (tabs[0] ?? ''), size: size(stack['size']) };
    }).filter((stack) => stack.tabs.length > 0),
  })).filter((column) => column.stacks.length > 0);
  return columns.length > 0 ? { columns } : standardLayout();
}

function swept(layout: Layout): Layout {
  return { columns: layout.columns.map((column) => ({ ...column, stacks: column.stacks.filter((stack) => stack.tabs.length > 0) })).filter((column) => column.stacks.length > 0) };
}
function without(layout: Layout, kind: string): Layout {
  const copy = copyOf(layout);
  for (const column of copy.columns) {
    for (const stack of column.stacks) {
      const at = stack.tabs.indexOf(kind);
      if (at < 0) continue;
      stack.tabs.splice(at, 1);
      if (stack.active === kind) stack.active = stack.tabs[Math.max(0, at - 1)] ?? '';
    }
  }
  return copy;
}

// The last pane cannot be closed.
export const closePane = (layout: Layout, kind: string): Layout => (openKinds(layout).length <= 1 ? layout : swept(without(layout, kind)));

export function activatePane(layout: Layout, kind: string): Layout {
  const copy = copyOf(layout);
  for (const column of copy.columns) for (const stack of column.stacks) if (stack.tabs.includes(kind)) stack.active = kind;
  return copy;
}

// A pane that is not open comes into the last column, at the right of the code.
export function openPane(layout: Layout, kind: string): Layout {
  if (openKinds(layout).includes(kind)) return activatePane(layout, kind);
  const copy = copyOf(layout);
  const column = copy.columns.length > 1 ? copy.columns[copy.columns.length - 1] : undefined;
  if (!column) copy.columns.push({ size: 1, stacks: [stackOf(kind)] });
  else {
    const [first] = column.stacks;
    if (first) Object.assign(first, { tabs: [...first.tabs, kind], active: kind });
    // Where one writes there has to be room for it.
    if (kind === 'nocode' || kind === 'topology') column.size = Math.max(column.size, (copy.columns[0]?.size ?? 1) * 0.8);
  }
  return copy;
}
export const togglePane = (layout: Layout, kind: string): Layout => (shownKinds(layout).includes(kind) ? closePane(layout, kind) : openPane(layout, kind));

// Puts a pane beside the tabs of a stack, or at one of its borders, where it makes a new stack or column.
export function movePane(layout: Layout, kind: string, target: Target): Layout {
  const copy = without(layout, kind);
  const column = copy.columns[target.column];
  const stack = column?.stacks[target.stack];
  if (!column || !stack) return layout;
  if (stack.tabs.length === 0 && target.edge !== 'tab' && openKinds(copy).length === 0) return layout;
  if (target.edge === 'tab' || stack.tabs.length === 0) Object.assign(stack, { tabs: [...stack.tabs, kind], active: kind });
  else if (target.edge === 'left' || target.edge === 'right') copy.columns.splice(target.column + (target.edge === 'right' ? 1 : 0), 0, { size: column.size, stacks: [stackOf(kind)] });
  else column.stacks.splice(target.stack + (target.edge === 'bottom' ? 1 : 0), 0, { ...stackOf(kind), size: stack.size });
  return swept(copy);
}

const least = 0.12;
// Moves the border behind a column or a stack by a part of the whole.
export function resizePane(layout: Layout, column: number, stack: number | undefined, by: number): Layout {
  const copy = copyOf(layout);
  const parts: { size: number }[] = stack === undefined ? copy.columns : (copy.columns[column]?.stacks ?? []);
  const at = stack ?? column;
  const [first, second] = [parts[at], parts[at + 1]];
  if (!first || !second) return layout;
  const total = parts.reduce((sum, part) => sum + part.size, 0);
  const step = Math.max(least * total - first.size, Math.min(second.size - least * total, by * total));
  first.size += step;
  second.size -= step;
  return copy;
}

// Places in percent of the work space.
export function rectsOf(layout: Layout): Rect[] {
  const wide = layout.columns.reduce((sum, column) => sum + column.size, 0);
  let left = 0;
  return layout.columns.flatMap((column, c) => {
    const width = (column.size / wide) * 100;
    const high = column.stacks.reduce((sum, stack) => sum + stack.size, 0);
    let top = 0;
    const rects = column.stacks.map((stack, s) => {
      const height = (stack.size / high) * 100;
      const rect = { column: c, stack: s, left, top, width, height };
      top += height;
      return rect;
    });
    left += width;
    return rects;
  });
}
