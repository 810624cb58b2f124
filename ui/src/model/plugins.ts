// The catalogue of plugins as groups of elements, and the properties of a type from its JSON schema. Pure.
export const KINDS = ['tasks', 'triggers', 'conditions', 'taskRunners', 'charts', 'dataFilters', 'dataFiltersKPI', 'storages', 'secrets', 'logExporters', 'additionalPlugins', 'apps', 'appBlocks'] as const;
export type Kind = (typeof KINDS)[number];
export interface Element { cls: string; title: string; description: string; kind: Kind; deprecated: boolean }
export interface Group { name: string; title: string; sub: string; elements: Element[] }

interface Raw { name: string; title: string; group: string; subGroup?: string | undefined }
const bare = (entry: unknown): Omit<Element, 'kind'> => {
  if (typeof entry === 'string') return { cls: entry, title: '', description: '', deprecated: false };
  const { cls, title, description, deprecated } = entry as { cls?: string; title?: string; description?: string; deprecated?: boolean };
  return { cls: cls ?? '', title: title ?? '', description: description ?? '', deprecated: deprecated === true };
};

export function groupsOf(plugins: readonly Raw[]): Group[] {
  return plugins.map((plugin) => ({
    name: plugin.group, title: plugin.title, sub: plugin.subGroup ?? plugin.group,
    elements: KINDS.flatMap((kind) => (((plugin as unknown as Record<string, unknown>)[kind] ?? []) as unknown[]).map((entry): Element => ({ ...bare(entry), kind })).filter((one) => one.cls !== '')),
  })).filter((group) => group.elements.length > 0);
}

export interface Property { name: string; depth: number; type: string; required: boolean; dynamic: boolean; deprecated: boolean; value: string; choices: string[]; text: string }
type Schema = Record<string, unknown> & { properties?: Record<string, Schema>; required?: string[]; items?: Schema; enum?: unknown[]; anyOf?: Schema[]; oneOf?: Schema[]; additionalProperties?: Schema | boolean };

function typeOf(schema: Schema): string {
  if (Array.isArray(schema.enum)) return 'enum';
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(typeOf))].join(' | ');
  if (schema['type'] === 'array') return `list of ${schema.items ? typeOf(schema.items) : 'values'}`;
  if (schema['type'] === 'object' && typeof schema.additionalProperties === 'object') return `map of ${typeOf(schema.additionalProperties)}`;
  const reference = typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').pop() : undefined;
  return reference ?? (typeof schema['format'] === 'string' ? schema['format'] : String(schema['type'] ?? 'any'));
}

const deepest = 3;
export function propertiesOf(schema: Schema | undefined, depth = 0): Property[] {
  const required = schema?.required ?? [];
  const entries = Object.entries(schema?.properties ?? {});
  entries.sort((left, right) => Number(required.includes(right[0])) - Number(required.includes(left[0])) || left[0].localeCompare(right[0]));
  return entries.flatMap(([name, one]) => {
    const text = [one['title'], one['description']].filter((part): part is string => typeof part === 'string').map((part) => part.replace(/\.?\s*$/, '.')).join(' ');
    const own: Property = { name, depth, type: typeOf(one), required: required.includes(name), dynamic: one['$dynamic'] === true, deprecated: one['deprecated'] === true || one['$deprecated'] === true, value: one['default'] === undefined ? '' : JSON.stringify(one['default']), choices: (one.enum ?? []).map(String), text };
    const inner = one.properties ? one : one.items?.properties ? one.items : undefined;
    return [own, ...(inner && depth < deepest ? propertiesOf(inner, depth + 1) : [])];
  });
}
