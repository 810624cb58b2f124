// Marks expressions and what is in them: texts, numbers, filters, functions. An expression may go over several lines (UI-350).
import { RangeSetBuilder, type Extension } from '@codemirror/state';
import { Decoration, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from '@codemirror/view';

const whole = Decoration.mark({ class: 'tok-expression' });
const parts = { text: Decoration.mark({ class: 'tok-x-text' }), number: Decoration.mark({ class: 'tok-x-number' }), call: Decoration.mark({ class: 'tok-x-call' }), word: Decoration.mark({ class: 'tok-x-word' }) };
const around = 2000; // an expression that begins above what is seen
const inside = /('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<![\w.])(\d+(?:\.\d+)?)(?!\w)|(?:\|\s*|(?<![\w.]))([A-Za-z_]\w*)(?=\s*\()|\|\s*([A-Za-z_]\w*)|(?<![\w.])(and|or|not|in|is|if|else|elseif|endif|for|endfor|set|true|false|null)(?!\w)/g;

export interface Mark { from: number; to: number; kind: 'whole' | keyof typeof parts }
// The marks of a piece of text, in the order in which they nest. Pure.
export function marksIn(text: string): Mark[] {
  const found: Mark[] = [];
  for (const match of text.matchAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g)) {
    const [expression] = match;
    // What has no end within a few lines is no expression but a brace.
    if (expression.length > around) continue;
    found.push({ from: match.index, to: match.index + expression.length, kind: 'whole' });
    for (const part of expression.matchAll(inside)) {
      const [all, quoted, digits, call, filter, word] = part;
      const name = quoted ?? digits ?? call ?? filter ?? word ?? '';
      const at = match.index + part.index + all.lastIndexOf(name);
      found.push({ from: at, to: at + name.length, kind: quoted !== undefined ? 'text' : digits !== undefined ? 'number' : word !== undefined ? 'word' : 'call' });
    }
  }
  return found;
}

function marks(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  let done = -1;
  for (const { from, to } of view.visibleRanges) {
    const begin = Math.max(0, from - around);
    for (const mark of marksIn(view.state.sliceDoc(begin, Math.min(view.state.doc.length, to + around)))) {
      if (begin + mark.to <= from || begin + mark.from >= to || begin + mark.from < done) continue;
      builder.add(begin + mark.from, begin + mark.to, mark.kind === 'whole' ? whole : parts[mark.kind]);
      done = begin + mark.from;
    }
  }
  return builder.finish();
}

export const expressionMarks: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) { this.decorations = marks(view); }
    update(update: ViewUpdate): void { if (update.docChanged || update.viewportChanged) this.decorations = marks(update.view); }
  },
  { decorations: (plugin) => plugin.decorations },
);
