// The server's diagnostics in the text: places, severities and fixes (UI-352).
import type { Diagnostic as Mark } from '@codemirror/lint';
import { applyEdits, offsetOf, type TextEdit } from '@/model/yamlEdit';

export interface ServerDiagnostic {
  code?: string | undefined;
  severity?: string | undefined;
  message?: string | undefined;
  help?: string | undefined;
  label?: string | undefined;
  line?: number | undefined;
  column?: number | undefined;
  endLine?: number | undefined;
  endColumn?: number | undefined;
  fix?: { title: string; edits: TextEdit[] }[] | undefined;
}
export type Severity = 'error' | 'warning' | 'info';
export interface Fix { title: string; edits: TextEdit[] }
export interface Problem { key: string; severity: Severity; code: string; message: string; help: string; line: number; column: number; from: number; to: number; fixes: Fix[] }

const severityOf = (text: string | undefined): Severity => (text === 'warning' || text === 'info' ? text : 'error');

// The server names the property that was probably meant; the fix writes it in place of the unknown one.
function rename(diagnostic: ServerDiagnostic, from: number, to: number, title: (name: string) => string): Fix[] {
  const meant = /did you mean `([\w.$-]+)`/.exec(diagnostic.help ?? '')?.[1];
  if (meant === undefined || diagnostic.label !== 'unknown property' || to <= from) return [];
  return [{ title: title(meant), edits: [{ from, to, text: meant }] }];
}

// Long lists of known names make a message unreadable: the list stays behind its first words.
const short = (message: string): string => message.replace(/\s*\(\d+ known properties:.*\)\s*$/s, '').replace(/ \(class ([\w.]+)\), not marked as ignorable$/, (_all, cls: string) => ` (${cls.slice(cls.lastIndexOf('.') + 1)})`);

export function problemsOf(source: string, diagnostics: readonly ServerDiagnostic[], titleOfRename: (name: string) => string): Problem[] {
  return diagnostics.map((diagnostic, i) => {
    const line = diagnostic.line ?? 1;
    const column = diagnostic.column ?? 1;
    const from = offsetOf(source, line, column);
    const to = diagnostic.endLine === undefined ? from : Math.max(from, offsetOf(source, diagnostic.endLine, diagnostic.endColumn ?? 1));
    const fixes = diagnostic.fix && diagnostic.fix.length > 0 ? diagnostic.fix : rename(diagnostic, from, to, titleOfRename);
    return {
      key: `${i} ${diagnostic.code ?? ''}`, severity: severityOf(diagnostic.severity), code: diagnostic.code ?? '', message: short(diagnostic.message ?? ''),
      help: diagnostic.help ?? '', line, column, from, to, fixes,
    };
  });
}

export const marksOf = (problems: readonly Problem[], length: number): Mark[] =>
  problems.map((problem) => ({
    from: Math.min(problem.from, length),
    to: Math.min(Math.max(problem.to, problem.from), length),
    severity: problem.severity,
    source: problem.code,
    message: problem.help === '' ? problem.message : `${problem.message}\n${problem.help}`,
    actions: problem.fixes.map((fix) => ({
      name: fix.title,
      apply: (view) => view.dispatch({ changes: fix.edits.map((edit) => ({ from: edit.from, to: edit.to, insert: edit.text })), userEvent: 'input.fix' }),
    })),
  }));

export const fixed = (source: string, fix: Fix): string => applyEdits(source, fix.edits);
