// The languages of scripts inside of a flow, each loaded with the first script that is written in it (UI-350).
import { ParseContext, StreamLanguage, type StreamParser } from '@codemirror/language';
import { parseMixed, type Input, type Parser, type SyntaxNode, type SyntaxNodeRef } from '@lezer/common';
import { scriptOf, type Script } from '@/model/scripts';

type Loader = () => Promise<StreamParser<unknown>>;
const loaders: Record<Script, Loader> = {
  python: async () => (await import('@codemirror/legacy-modes/mode/python')).python,
  shell: async () => (await import('@codemirror/legacy-modes/mode/shell')).shell,
  sql: async () => (await import('@codemirror/legacy-modes/mode/sql')).standardSQL,
  javascript: async () => (await import('@codemirror/legacy-modes/mode/javascript')).javascript,
  json: async () => (await import('@codemirror/legacy-modes/mode/javascript')).json,
  r: async () => (await import('@codemirror/legacy-modes/mode/r')).r,
  powershell: async () => (await import('@codemirror/legacy-modes/mode/powershell')).powerShell,
  ruby: async () => (await import('@codemirror/legacy-modes/mode/ruby')).ruby,
  groovy: async () => (await import('@codemirror/legacy-modes/mode/groovy')).groovy,
  go: async () => (await import('@codemirror/legacy-modes/mode/go')).go,
  julia: async () => (await import('@codemirror/legacy-modes/mode/julia')).julia,
  perl: async () => (await import('@codemirror/legacy-modes/mode/perl')).perl,
  rust: async () => (await import('@codemirror/legacy-modes/mode/rust')).rust,
  lua: async () => (await import('@codemirror/legacy-modes/mode/lua')).lua,
  dockerfile: async () => (await import('@codemirror/legacy-modes/mode/dockerfile')).dockerFile as StreamParser<unknown>,
  xml: async () => (await import('@codemirror/legacy-modes/mode/xml')).xml,
  css: async () => (await import('@codemirror/legacy-modes/mode/css')).css,
  properties: async () => (await import('@codemirror/legacy-modes/mode/properties')).properties,
};
const loaded = new Map<Script, Parser | Promise<unknown>>();

function parserOf(script: Script): Parser {
  const known = loaded.get(script);
  if (known && !(known instanceof Promise)) return known;
  // Until it is there the script stays as it is; a language that cannot be loaded is asked for again with the next one.
  const loading = known ?? loaders[script]().then((mode) => loaded.set(script, StreamLanguage.define(mode).parser), () => loaded.delete(script));
  loaded.set(script, loading);
  return ParseContext.getSkippingParser(loading);
}

const textOf = (node: SyntaxNode | null | undefined, input: Input): string => (node ? input.read(node.from, Math.min(node.to, node.from + 200)).trim().replace(/^["']|["']$/g, '') : '');
const keyOf = (pair: SyntaxNode, input: Input): string => textOf(pair.getChild('Key'), input);
const pairAround = (node: SyntaxNode | null): SyntaxNode | null => {
  let at = node;
  while (at && at.name !== 'Pair') at = at.parent;
  return at;
};
// The type of the nearest task around a place.
function typeAround(pair: SyntaxNode, input: Input): string {
  for (let at: SyntaxNode | null = pair; at; at = pairAround(at.parent)) {
    for (const other of at.parent?.getChildren('Pair') ?? []) if (keyOf(other, input) === 'type') return textOf(other.lastChild, input);
  }
  return '';
}

export const scripts = parseMixed((node: SyntaxNodeRef, input: Input) => {
  if (node.name !== 'BlockLiteralContent') return null;
  const pair = pairAround(node.node);
  const script = pair ? scriptOf(typeAround(pair, input), keyOf(pair, input)) : undefined;
  return script === undefined ? null : { parser: parserOf(script) };
});
