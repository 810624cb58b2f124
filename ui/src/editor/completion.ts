// Completion of `type:` over all plugins, by parts of words: `http req` finds the HTTP request. Accepting writes the required properties.
import { pickedCompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import { search } from '@/model/fuzzy';

export interface TypeEntry { cls: string; title: string; kind: string }
export interface TypeSource { types: () => Promise<TypeEntry[]>; required: (cls: string) => Promise<string[]> }

const most = 60;

async function accept(view: EditorView, completion: Completion, from: number, to: number, source: TypeSource): Promise<void> {
  const cls = completion.label;
  view.dispatch({ changes: { from, to, insert: cls }, selection: { anchor: from + cls.length }, annotations: pickedCompletion.of(completion) });
  let required: string[];
  try {
    required = await source.required(cls);
  } catch {
    return; // without the description of the type its name alone is written
  }
  const line = view.state.doc.lineAt(from);
  const end = from + cls.length;
  if (view.state.sliceDoc(from, end) !== cls || line.to !== end) return; // the text was changed meanwhile
  const indent = ' '.repeat(/^\s*(?:- )?/.exec(line.text)?.[0].length ?? 0);
  const next = view.state.sliceDoc(end, Math.min(view.state.doc.length, end + 2000));
  const missing = required.filter((name) => !new RegExp(`^${indent}${name}:`, 'm').test(next));
  if (missing.length === 0) return;
  const text = missing.map((name) => `\n${indent}${name}: `).join('');
  view.dispatch({ changes: { from: end, insert: text }, selection: { anchor: end + (text.split('\n')[1] ?? '').length + 1 }, userEvent: 'input.complete' });
}

export const completeTypes = (source: TypeSource) => async (context: CompletionContext): Promise<CompletionResult | null> => {
  const line = context.state.doc.lineAt(context.pos);
  const match = /^(\s*(?:- )?type:\s*)([\w. ]*)$/.exec(line.text.slice(0, context.pos - line.from));
  if (match === null) return null;
  const before = line.from + (match[1] ?? '').length;
  const typed = (match[2] ?? '').trimStart();
  let all: TypeEntry[];
  try {
    all = await source.types();
  } catch {
    return null; // the server is away: typing goes on without completion
  }
  if (context.aborted) return null;
  const found = search(typed, all, (entry) => entry.cls, most);
  return {
    from: before,
    to: context.pos,
    filter: false,
    options: found.map((entry) => ({
      label: entry.cls, detail: entry.title, type: entry.kind === 'triggers' ? 'event' : 'class',
      apply: (view, completion, from, to) => void accept(view, completion, from, to, source),
    })),
  };
};
