// What each of the editors has: lines, undo, search, brackets, the key that saves, and a report of each change of the text.
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentUnit } from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';

export const baseExtensions = (nonce: string, label: string, save: () => void, changed: (text: string) => void): Extension[] => [
  EditorView.cspNonce.of(nonce),
  keymap.of([{ key: 'Mod-s', preventDefault: true, run: () => (save(), true) }]),
  lineNumbers(), highlightSpecialChars(), history(), drawSelection(), bracketMatching(), highlightActiveLine(), highlightSelectionMatches(), search({ top: true }),
  keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, indentWithTab]),
  indentUnit.of('  '), EditorState.tabSize.of(2), EditorView.contentAttributes.of({ 'aria-label': label }),
  EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
];
