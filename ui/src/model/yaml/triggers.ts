// A trigger that is added to the text of a flow. Pure.
import { readText, valueAt } from './document';
import { insertItem } from './edit';
import { flowOrder } from './tasks';

export type Trigger = { id: string; type: string } & Record<string, unknown>;

// Required properties stand there empty: the editor says what is missing.
export function newTrigger(type: string, required: readonly string[]): Trigger {
  const name = (type.split('.').pop() ?? '').replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase() || 'trigger';
  return { id: name, type, ...Object.fromEntries(required.filter((one) => !['id', 'type'].includes(one)).map((one) => [one, ''])) };
}

export function withTrigger(source: string, trigger: Trigger): string {
  const known = valueAt(readText(source).value, ['triggers']);
  const ids = (Array.isArray(known) ? known : []).map((one: unknown) => (one as { id?: unknown } | null)?.id);
  let id = trigger.id;
  for (let i = 2; ids.includes(id); i++) id = `${trigger.id}_${i}`;
  return insertItem(source, ['triggers'], ids.length, { ...trigger, id }, flowOrder);
}
