// What one can do with a task, at the end of its first line: its documentation, its form (UI-357). Only lines that are seen have it.
import { RangeSetBuilder, type Extension } from '@codemirror/state';
import { Decoration, ViewPlugin, WidgetType, type DecorationSet, type EditorView, type ViewUpdate } from '@codemirror/view';

export interface LensAction { id: string; label: string; run: (offset: number) => void }
const deepest = 60; // lines of an item in which its type is looked for

// The first lines of items that are of a type of a plugin. Pure.
export function lensesIn(text: string): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  const lines = text.split('\n');
  let from = 0;
  lines.forEach((line, i) => {
    const dash = /^( *)- +(?:id|type):/.exec(line);
    if (dash) {
      const column = (dash[1] ?? '').length;
      for (let at = i; at < Math.min(lines.length, i + deepest); at++) {
        const other = lines[at] ?? '';
        const depth = /^ */.exec(other)?.[0].length ?? 0;
        if (at > i && other.trim() !== '' && depth <= column) break;
        const own = at === i ? other.slice(0, column) + other.slice(column).replace('-', ' ') : other;
        const type = /^( *)type:\s*["']?[\w]+\.[\w.]+/.exec(own);
        if (type && (type[1] ?? '').length === (/^ *- +/.exec(line)?.[0].length ?? 0)) {
          found.push({ from, to: from + line.length });
          break;
        }
      }
    }
    from += line.length + 1;
  });
  return found;
}

class Lens extends WidgetType {
  constructor(readonly offset: number, readonly actions: readonly LensAction[]) { super(); }
  override eq(other: Lens): boolean { return other.offset === this.offset && other.actions === this.actions; }
  override toDOM(): HTMLElement {
    const element = document.createElement('span');
    element.className = 'cm-lens';
    for (const action of this.actions) {
      const button = document.createElement('button');
      button.type = 'button';
      button.tabIndex = -1; // the same is among the commands, which the keyboard reaches
      // Drawn, not written: it is no part of the text of its line.
      button.dataset['label'] = action.label;
      button.setAttribute('aria-label', action.label);
      button.dataset['testid'] = `lens-${action.id}`;
      button.addEventListener('mousedown', (event) => { event.preventDefault(); });
      button.addEventListener('click', () => { action.run(this.offset); });
      element.append(button);
    }
    return element;
  }
  override ignoreEvent(): boolean { return true; }
}

function build(view: EditorView, actions: readonly LensAction[]): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    const begin = view.state.doc.lineAt(from).from;
    const end = view.state.doc.line(Math.min(view.state.doc.lines, view.state.doc.lineAt(to).number + deepest)).to;
    for (const line of lensesIn(view.state.sliceDoc(begin, end))) {
      const at = begin + line.to;
      if (at <= to) builder.add(at, at, Decoration.widget({ widget: new Lens(begin + line.from, actions), side: 1 }));
    }
  }
  return builder.finish();
}

export const lenses = (actions: readonly LensAction[]): Extension => (actions.length === 0 ? [] : ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) { this.decorations = build(view, actions); }
    update(update: ViewUpdate): void { if (update.docChanged || update.viewportChanged) this.decorations = build(update.view, actions); }
  },
  { decorations: (plugin) => plugin.decorations },
));
