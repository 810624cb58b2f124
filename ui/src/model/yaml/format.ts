// A whole text in the style of the editor: two spaces, lists one step in, no spaces at the ends of lines (UI-341). Its comments stay. Pure.
import { parseDocument } from 'yaml';
import { readText, same } from './document';
import { CannotEdit } from './edit';

export function formatted(source: string): string {
  const text = readText(source);
  if (text.problem) throw new CannotEdit(text.problem.message);
  const next = parseDocument(source, { intAsBigInt: true, merge: true }).toString({ lineWidth: 0, indentSeq: true, minContentWidth: 0 });
  const after = readText(next);
  if (after.problem || !same(after.value, text.value)) throw new CannotEdit('this text cannot be formatted without changing a value');
  return next;
}
