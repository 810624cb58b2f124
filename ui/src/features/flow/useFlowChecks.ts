// What the server says about a text, and what its expressions name that the flow does not have (UI-352, UI-354).
import { validateFlow } from '@/api/queries/flows';
import { problemsOf, type Problem, type ServerDiagnostic } from '@/editor/diagnostics';
import { t } from '@/kit/i18n';
import { checkExpressions, typesAsked } from '@/model/yaml/checks';
import type { Ask } from '@/model/yaml/assist';
import { placeOf } from '@/model/yamlEdit';

interface Source { ask: (ask: Ask) => Promise<string[]> }

async function doubts(text: string, source: Source): Promise<Problem[]> {
  try {
    const types = typesAsked(text);
    const outputs = await Promise.all(types.map(async (type): Promise<[string, string[]]> => [type, await source.ask({ want: 'outputs', type })]));
    return checkExpressions(text, new Map(outputs)).map((one) => ({
      key: `expression ${one.from} ${one.kind}`, severity: 'warning', code: '', message: t(`editor.check.${one.kind}`, { name: one.name, of: one.of }), help: '', ...placeOf(text, one.from), from: one.from, to: one.to, fixes: [],
    }));
  } catch {
    return []; // what the server would have to say for it is not known: no warnings
  }
}

export const flowChecks = (source: Source) => async (text: string, signal: AbortSignal): Promise<Problem[]> => {
  const [[violation], found] = await Promise.all([validateFlow(text, signal), doubts(text, source)]);
  const diagnostics: ServerDiagnostic[] = [...(violation?.diagnostics ?? [])];
  if (diagnostics.length === 0 && violation?.constraints) diagnostics.push({ message: violation.constraints.trim() });
  for (const warning of violation?.warnings ?? []) if (!diagnostics.some((one) => one.message === warning)) diagnostics.push({ severity: 'warning', message: warning });
  const known = problemsOf(text, diagnostics, (name) => t('editor.rename', { name }));
  // Where the server has something to say, it is not said twice.
  return [...known, ...found.filter((one) => !known.some((other) => other.to > other.from && one.from < other.to && one.to > other.from))];
};
