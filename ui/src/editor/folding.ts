// Folds every text of several lines: scripts are long, the flow around them is not (UI-355, F10).
import { foldedRanges, foldEffect, syntaxTree, unfoldEffect } from '@codemirror/language';
import type { EditorView } from '@codemirror/view';

export function foldAllTexts(view: EditorView, always = false): boolean {
  const { state } = view;
  const found: { from: number; to: number }[] = [];
  syntaxTree(state).iterate({ enter: (node) => {
    if (node.name !== 'BlockLiteral') return;
    const from = state.doc.lineAt(node.from).to;
    const to = state.doc.lineAt(Math.max(from, node.to - 1)).to;
    if (to > from) found.push({ from, to });
  } });
  const folded: { from: number; to: number }[] = [];
  foldedRanges(state).between(0, state.doc.length, (from, to) => { if (found.some((one) => one.from === from && one.to === to)) folded.push({ from, to }); });
  const open = found.filter((one) => !folded.some((other) => other.from === one.from && other.to === one.to));
  if (open.length > 0) view.dispatch({ effects: open.map((one) => foldEffect.of(one)) });
  else if (!always && folded.length > 0) view.dispatch({ effects: folded.map((one) => unfoldEffect.of(one)) });
  return true;
}
