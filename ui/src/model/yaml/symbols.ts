// Names of a flow: where each is defined, where it is used, and its other name (UI-358). Pure.
import { applyEdits, type TextEdit } from '../yamlEdit';
import { endOf, isMap, isScalar, isSeq, nodeAt, pairOf, readText, startOf, valueAt, type FlowText, type Path, type Span } from './document';
import { CannotEdit } from './edit';
import { usesOf, type Reference, type Use } from './expressions';
import { scalarText } from './render';
import { allTasks } from './tasks';

export type SymbolKind = 'task' | 'input' | 'variable' | 'trigger' | 'output';
export interface Named extends Span { kind: SymbolKind; name: string; path: Path; depth: number }
const rootKind: Record<Reference['root'], SymbolKind> = { outputs: 'task', tasks: 'task', inputs: 'input', vars: 'variable' };

function spanOfScalar(text: FlowText, path: Path): Span | undefined {
  const node = nodeAt(text, path);
  return isScalar(node) ? { from: startOf(node), to: endOf(text, node) } : undefined;
}
// Everything that has a name, in the order of the text.
export function outlineOf(source: string): Named[] {
  const text = readText(source);
  if (text.problem) return [];
  const found: Named[] = [];
  const add = (kind: SymbolKind, path: Path, at: Path, depth = 0): void => {
    const span = spanOfScalar(text, at);
    if (span) found.push({ kind, name: String(valueAt(text.value, at)), path, depth, ...span });
  };
  const list = (key: string, kind: SymbolKind): void => {
    const items = nodeAt(text, [key]);
    if (isSeq(items)) items.items.forEach((_item, index) => { add(kind, [key, index], [key, index, 'id']); });
  };
  list('inputs', 'input');
  const variables = nodeAt(text, ['variables']);
  if (isMap(variables)) {
    for (const name of Object.keys((valueAt(text.value, ['variables']) ?? {}) as object)) {
      const pair = pairOf(variables, name);
      if (pair) found.push({ kind: 'variable', name, path: ['variables', name], depth: 0, from: startOf(pair.key), to: endOf(text, pair.key) });
    }
  }
  for (const task of allTasks(text.value)) add('task', task.path, [...task.path, 'id'], task.depth);
  list('triggers', 'trigger');
  list('outputs', 'output');
  return found.sort((left, right) => left.from - right.from);
}

// The id of an input may have dots: the longest one that an expression begins with is meant.
function nameOf(use: Use, inputs: readonly string[]): string {
  const full = use.rest === '' ? use.name : `${use.name}.${use.rest}`;
  return use.root !== 'inputs' ? use.name : (inputs.filter((id) => full === id || full.startsWith(`${id}.`)).sort((left, right) => right.length - left.length)[0] ?? use.name);
}

// What is named at a place of the text: its definition, or an expression that uses it.
export function symbolAt(source: string, offset: number): { kind: SymbolKind; name: string } | undefined {
  const outline = outlineOf(source);
  const defined = outline.find((one) => offset >= one.from && offset <= one.to);
  if (defined) return { kind: defined.kind, name: defined.name };
  const inputs = outline.filter((one) => one.kind === 'input').map((one) => one.name);
  const use = usesOf(source).find((one) => offset >= one.from && offset <= one.to + (one.root === 'inputs' && one.rest !== '' ? one.rest.length + 1 : 0));
  return use ? { kind: rootKind[use.root], name: nameOf(use, inputs) } : undefined;
}
export const definitionOf = (source: string, symbol: { kind: SymbolKind; name: string }): Named | undefined => outlineOf(source).find((one) => one.kind === symbol.kind && one.name === symbol.name);

export function usagesOf(source: string, symbol: { kind: SymbolKind; name: string }): Span[] {
  const inputs = outlineOf(source).filter((one) => one.kind === 'input').map((one) => one.name);
  const found = usesOf(source).filter((use) => rootKind[use.root] === symbol.kind && nameOf(use, inputs) === symbol.name)
    .map((use): Span => ({ from: use.nameSpan.from, to: use.nameSpan.from + symbol.name.length }));
  return symbol.kind === 'task' ? [...found, ...dependents(source, symbol.name)].sort((left, right) => left.from - right.from) : found;
}
// A Dag names the tasks that come before one.
function dependents(source: string, id: string): Span[] {
  const text = readText(source);
  if (text.problem) return [];
  return allTasks(text.value).flatMap((task) => {
    const path: Path = [...task.list, task.index, 'dependsOn'];
    const names = task.path.length > path.length - 1 ? valueAt(text.value, path) : undefined;
    return Array.isArray(names) ? (names as unknown[]).flatMap((name, i) => (name === id ? (spanOfScalar(text, [...path, i]) ?? []) : [])) : [];
  });
}

const fits = /^[A-Za-z0-9][\w-]*$/;
// The edits that give a task, an input or a variable another name everywhere.
export function renameEdits(source: string, symbol: { kind: SymbolKind; name: string }, name: string): TextEdit[] {
  if (!fits.test(name)) throw new CannotEdit(`"${name}" is not a name: letters, digits, "_" and "-" only`);
  const outline = outlineOf(source);
  if (outline.some((one) => one.kind === symbol.kind && one.name === name)) throw new CannotEdit(`there is a ${symbol.kind} "${name}" already`);
  const definition = outline.find((one) => one.kind === symbol.kind && one.name === symbol.name);
  if (!definition) throw new CannotEdit(`there is no ${symbol.kind} "${symbol.name}"`);
  const inputs = outline.filter((one) => one.kind === 'input').map((one) => one.name);
  const edits: TextEdit[] = [{ from: definition.from, to: definition.to, text: scalarText(name, 0, 'plain') }];
  for (const use of usesOf(source)) {
    if (rootKind[use.root] !== symbol.kind || nameOf(use, inputs) !== symbol.name) continue;
    const to = use.nameSpan.from + symbol.name.length;
    // A name with a dash is written in brackets: after a dot it would read as a subtraction.
    const plain = use.bracket || /^[A-Za-z_]\w*$/.test(name) || symbol.name.includes('-');
    if (plain) edits.push({ from: use.nameSpan.from, to, text: name });
    else {
      const quote = use.expression.quoted === 'single' ? '"' : "'";
      edits.push({ from: use.nameSpan.from - 1, to, text: `[${quote}${name}${quote}]` });
    }
  }
  if (symbol.kind === 'task') for (const span of dependents(source, symbol.name)) edits.push({ ...span, text: scalarText(name, 0, 'plain') });
  // The text must still read, and nothing else may have the old name.
  const after = applyEdits(source, edits);
  if (readText(after).problem) throw new CannotEdit('the text would not read as YAML with this name');
  return edits.sort((left, right) => left.from - right.from);
}
