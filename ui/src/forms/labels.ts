// Labels of an execution: which keys are refused (UI-533). Pure.
export interface Label { key: string; value: string }
export type LabelFault = 'twice' | 'system' | 'noKey' | 'noValue';

export function labelFault(labels: readonly Label[], at: number): LabelFault | undefined {
  const label = labels[at];
  if (!label) return undefined;
  if (label.key.trim() === '') return label.value === '' ? undefined : 'noKey';
  if (label.key.startsWith('system.') && label.key !== 'system.correlationId') return 'system';
  if (labels.findIndex((other) => other.key === label.key) < at) return 'twice';
  return label.value.trim() === '' ? 'noValue' : undefined;
}
export const firstFault = (labels: readonly Label[]): LabelFault | undefined => labels.map((_, i) => labelFault(labels, i)).find((fault) => fault !== undefined);

// An execution that a person starts has no trigger: what a flow reads of it is empty (UI-534).
export const readsTrigger = (source: string): boolean => /\{\{(?:(?!\}\})[^])*?(?<![\w.'"])trigger\b/.test(source);
