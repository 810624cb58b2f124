// YAML with expressions: highlighting, folding and indentation, all in the browser, so that typing works with the server away.
import { HighlightStyle, LanguageSupport, LRLanguage, foldInside, foldNodeProp, indentNodeProp, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { Decoration, MatchDecorator, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { parser } from '@lezer/yaml';

const language = LRLanguage.define({
  name: 'yaml',
  parser: parser.configure({
    props: [
      indentNodeProp.add({ FlowMapping: (context) => context.baseIndent + context.unit, FlowSequence: (context) => context.baseIndent + context.unit }),
      foldNodeProp.add({
        'FlowMapping FlowSequence': foldInside,
        'Item Pair BlockLiteral': (node, state) => ({ from: state.doc.lineAt(node.from).to, to: node.to }),
      }),
    ],
  }),
  languageData: { commentTokens: { line: '#' }, indentOnInput: /^\s*[\]}]$/ },
});

const style = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: 'tok-key' },
  { tag: [tags.string, tags.attributeValue], class: 'tok-string' },
  { tag: [tags.number, tags.bool, tags.null], class: 'tok-number' },
  { tag: [tags.lineComment, tags.comment], class: 'tok-comment' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], class: 'tok-punct' },
  { tag: [tags.typeName, tags.labelName, tags.keyword, tags.meta], class: 'tok-type' },
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

export function flowLanguage(): Extension {
  return [
    new LanguageSupport(language),
    syntaxHighlighting(style),
    marks(/\{\{.*?\}\}|\{%.*?%\}/g, 'tok-expression'),
    marks(/\b(?:io|org|com)\.[a-z][\w]*(?:\.[\w]+)+/g, 'tok-type'),
  ];
}
