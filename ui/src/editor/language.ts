// YAML with expressions: highlighting, folding and indentation, all in the browser, so that typing works with the server away.
import { HighlightStyle, LanguageSupport, LRLanguage, foldInside, foldNodeProp, indentNodeProp, indentService, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { Decoration, MatchDecorator, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { parser } from '@lezer/yaml';
import { expressionMarks } from './expressionMarks';
import { scripts } from './scripts';

const language = LRLanguage.define({
  name: 'yaml',
  parser: parser.configure({
    wrap: scripts,
    props: [
      indentNodeProp.add({ FlowMapping: (context) => context.baseIndent + context.unit, FlowSequence: (context) => context.baseIndent + context.unit }),
      foldNodeProp.add({
        'FlowMapping FlowSequence': foldInside,
        'Item Pair BlockLiteral': (node, state) => ({ from: state.doc.lineAt(node.from).to, to: node.to }),
      }),
    ],
  }),
  languageData: { closeBrackets: { brackets: ['(', '[', '{', "'", '"'], before: ')]}:;>"\'' }, commentTokens: { line: '#' }, indentOnInput: /^\s*[\]}]$/ },
});

const style = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: 'tok-key' },
  { tag: [tags.string, tags.attributeValue], class: 'tok-string' },
  { tag: [tags.number, tags.bool, tags.null], class: 'tok-number' },
  { tag: [tags.lineComment, tags.comment], class: 'tok-comment' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], class: 'tok-punct' },
  { tag: [tags.typeName, tags.labelName, tags.keyword, tags.meta, tags.definitionKeyword, tags.controlKeyword, tags.operatorKeyword, tags.standard(tags.variableName)], class: 'tok-type' },
]);

function marks(regexp: RegExp, name: string): Extension {
  const matcher = new MatchDecorator({ regexp, decoration: Decoration.mark({ class: name }) });
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) { this.decorations = matcher.createDeco(view); }
      update(update: ViewUpdate): void { this.decorations = matcher.updateDeco(update, this.decorations); }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}

// A new line in YAML: below a key without a value one step in, in a list item below its first key, else as the line before. Pure.
export function indentAfter(line: string, unit = 2): number {
  const [, spaces = '', dash = ''] = /^(\s*)((?:- )*)/.exec(line) ?? [];
  const base = spaces.length + dash.length;
  return /^[^#]*:\s*(?:[|>][+-]?\s*)?(?:#.*)?$/.test(line) && line.trim() !== '' ? base + unit : base;
}

const indentation = indentService.of((context, position) => (context.simulatedBreak === null ? undefined : indentAfter(context.lineAt(position, -1).text, context.unit)));

export function flowLanguage(): Extension {
  return [
    indentation,
    new LanguageSupport(language),
    syntaxHighlighting(style),
    expressionMarks,
    marks(/\b(?:io|org|com)\.[a-z][\w]*(?:\.[\w]+)+/g, 'tok-type'),
  ];
}
