// Completion and hover in the editor: what the description of the types knows, and what the server is asked for (UI-351, UI-353).
import { pickedCompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { hoverTooltip, type EditorView } from '@codemirror/view';
import { t } from '@/kit/i18n';
import { search } from '@/model/fuzzy';
import type { SchemaRoot } from '@/model/pluginSchema';
import { expressionBefore, hoverAt, offersInExpression, offersInYaml, type Ask, type Names, type Offer } from '@/model/yaml/assist';

// `pinned` is the execution whose values are shown, if any; `value` evaluates an expression in it (UI-359).
export interface AssistSource { schema: () => Promise<SchemaRoot>; names: () => Promise<Names>; ask: (ask: Ask) => Promise<string[]>; pinned?: () => string; value?: (expression: string) => Promise<string> }

const kinds: Record<Offer['kind'], string> = { property: 'property', value: 'enum', type: 'class', variable: 'variable', function: 'function', filter: 'function' };

function entryOf(offer: Offer): Completion {
  return {
    label: offer.label, type: kinds[offer.kind], boost: offer.rank * 10 - (offer.deprecated ? 30 : 0), detail: offer.deprecated ? t('plugins.deprecated') : offer.detail === '*' ? t('editor.required') : offer.detail,
    ...(offer.info === '' ? {} : { info: offer.info }),
    apply: (view: EditorView, completion: Completion, from: number, to: number): void => {
      // The rest of a word that stands behind the cursor goes, and a colon that is there stays.
      const behind = view.state.sliceDoc(to, view.state.doc.lineAt(to).to);
      const insert = offer.kind === 'property' && /^[\w$-]*:/.test(behind) ? offer.label : offer.insert;
      view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, annotations: pickedCompletion.of(completion), userEvent: 'input.complete' });
    },
  };
}

async function fromExpression(context: CompletionContext, source: AssistSource, inside: string): Promise<CompletionResult | null> {
  const found = offersInExpression(context.state.doc.toString(), context.pos, inside, await source.names());
  const asked = found.ask ? await source.ask(found.ask).catch(() => []) : [];
  if (context.aborted) return null;
  const way = /((?:[A-Za-z_]\w*(?:\[[^\]]*\])?\.)*)[\w-]*$/.exec(inside)?.[1] ?? '';
  const valued = (completion: Completion): Completion => ((source.pinned?.() ?? '') === '' || completion.type !== 'variable' ? completion : { ...completion, info: async () => {
    const value = await source.value?.(`${way}${completion.label}`).catch(() => '');
    return value === undefined || value === '' ? null : { dom: lineOf(shortened(value), 'cm-hover-text') };
  } });
  const options = [...found.offers.map((offer) => entryOf(offer)), ...asked.map((label): Completion => ({ label, type: 'variable' }))].map(valued);
  return options.length === 0 ? null : { from: found.from, options, validFor: /^[\w-]*$/ };
}

export const completeFlow = (source: AssistSource) => async (context: CompletionContext): Promise<CompletionResult | null> => {
  const text = context.state.doc.toString();
  try {
    const inside = expressionBefore(text, context.pos);
    if (inside !== undefined) return await fromExpression(context, source, inside);
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    // An empty line offers its keys when it is asked to; typing goes on without a list that nobody wanted.
    if (!context.explicit && /^\s*(?:- )?$/.test(before) && !/^\s*- $/.test(before)) return null;
    const found = offersInYaml(await source.schema(), text, context.pos);
    if (!found || context.aborted) return null;
    if (found.ask) {
      const names = await source.ask(found.ask);
      const typed = text.slice(found.from, context.pos);
      return names.length === 0 || context.aborted ? null : { from: found.from, filter: false, options: search(typed, names, (name) => name, 40).map((label) => ({ label, type: 'enum' })) };
    }
    return found.offers.length === 0 ? null : { from: found.from, options: found.offers.map((offer) => entryOf(offer)), validFor: /^[\w$-]*$/ };
  } catch {
    return null; // the server is away: typing goes on without completion
  }
};

const longest = 2000;
const shortened = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);
function lineOf(text: string, name: string): HTMLElement {
  const element = document.createElement('div');
  element.className = name;
  element.textContent = text;
  return element;
}

export const hoverFlow = (source: AssistSource): Extension => hoverTooltip(async (view, offset) => {
  try {
    const found = hoverAt(await source.schema(), view.state.doc.toString(), offset);
    if (!found) return null;
    return {
      pos: found.from, end: found.to, above: true,
      create: () => {
        const dom = document.createElement('div');
        dom.className = 'cm-hover';
        dom.dataset['testid'] = 'hover';
        const facts = [found.type, found.required ? t('editor.required') : '', found.deprecated ? t('plugins.deprecated') : '', found.fallback === undefined ? '' : t('editor.default', { value: JSON.stringify(found.fallback) })].filter((part) => part !== '');
        dom.append(lineOf(`${found.name} · ${facts.join(' · ')}`, 'cm-hover-facts'), lineOf(found.title, 'cm-hover-title'));
        if (found.description !== '') dom.append(lineOf(found.description, 'cm-hover-text'));
        return { dom };
      },
    };
  } catch {
    return null;
  }
}, { hoverTime: 350 });

// The expression that an offset lies in, without its braces. Pure.
export function expressionAt(text: string, offset: number): { from: number; to: number; inner: string } | undefined {
  for (const match of text.matchAll(/\{\{([\s\S]*?)\}\}/g)) {
    if (match.index > offset) return undefined;
    if (offset <= match.index + match[0].length) return { from: match.index, to: match.index + match[0].length, inner: (match[1] ?? '').trim() };
  }
  return undefined;
}
const around = 2000;
// The value of an expression in the pinned execution.
export const hoverValue = (source: AssistSource): Extension => hoverTooltip(async (view, offset) => {
  const id = source.pinned?.() ?? '';
  if (id === '' || !source.value) return null;
  const begin = Math.max(0, offset - around);
  const found = expressionAt(view.state.sliceDoc(begin, Math.min(view.state.doc.length, offset + around)), offset - begin);
  if (!found || found.inner === '') return null;
  let value: string;
  try {
    value = await source.value(found.inner);
  } catch (error) {
    value = error instanceof Error ? error.message : String(error);
  }
  return {
    pos: begin + found.from, end: begin + found.to, above: true,
    create: () => {
      const dom = document.createElement('div');
      dom.className = 'cm-hover';
      dom.dataset['testid'] = 'hover-value';
      dom.append(lineOf(t('editor.valueIs', { id: id.slice(-8) }), 'cm-hover-facts'), lineOf(shortened(value), 'cm-hover-text'));
      return { dom };
    },
  };
}, { hoverTime: 350 });
