// The description of flows and plugin types (JSON Schema of the server) as properties for forms and completion. Pure.
export interface Schema {
  type?: string | string[]; title?: string; description?: string; properties?: Record<string, Schema>; required?: string[]; items?: Schema; additionalProperties?: Schema | boolean;
  anyOf?: Schema[]; enum?: string[]; const?: string; default?: unknown; format?: string; pattern?: string; minimum?: number; maximum?: number; minItems?: number;
  $ref?: string; $dynamic?: boolean; $deprecated?: boolean; $group?: string; $secret?: boolean;
}
export interface SchemaRoot { $ref?: string; definitions: Record<string, Schema> }
export type Kind = 'text' | 'lines' | 'integer' | 'number' | 'boolean' | 'enum' | 'duration' | 'date' | 'time' | 'list' | 'map' | 'object' | 'choice' | 'plugin' | 'task' | 'tasks' | 'cases' | 'any';
export interface Property { name: string; schema: Schema; kind: Kind; title: string; description: string; required: boolean; dynamic: boolean; deprecated: boolean; group: string; fallback: unknown }

const referenced = (schema: Schema): string => (schema.$ref ?? '').replace('#/definitions/', '');
const taskName = 'io.kestra.core.models.tasks.Task';

export function resolved(root: SchemaRoot, schema: Schema | undefined): Schema {
  const seen = new Set<string>();
  let at: Schema = schema ?? {};
  while (at.$ref !== undefined && !seen.has(at.$ref)) {
    seen.add(at.$ref);
    const own = { ...at };
    delete own.$ref;
    at = { ...root.definitions[referenced(at)], ...own };
  }
  return at;
}

const isExpression = (schema: Schema): boolean => schema.type === 'string' && schema.pattern === '.*{{.*}}.*';
// The one form that is left when an expression is the other.
export function plain(root: SchemaRoot, schema: Schema): Schema {
  const at = resolved(root, schema);
  const forms = at.anyOf?.filter((form) => !isExpression(form));
  const [only] = forms ?? [];
  if (!forms || forms.length !== 1 || only === undefined || at.anyOf?.length === 1) return at;
  const own = { ...at };
  delete own.anyOf;
  return { ...resolved(root, only), ...own };
}
const multiline = new Set(['script', 'body', 'description', 'message', 'sql', 'query', 'content', 'template', 'format', 'errorMessage']);
const isTask = (schema: Schema | undefined): boolean => schema?.$ref === `#/definitions/${taskName}` || schema?.$ref?.endsWith('Dag$DagTask') === true;

export function kindOf(root: SchemaRoot, schema: Schema, name = ''): Kind {
  if (isTask(schema)) return 'task';
  const at = plain(root, schema);
  if (at.anyOf) {
    const forms = at.anyOf.map((form) => resolved(root, form));
    const consts = forms.map((form) => form.properties?.['type']?.const);
    if (forms.length > 0 && consts.every((one) => one !== undefined)) return consts.some((one) => one?.includes('.')) ? 'plugin' : 'choice';
    return forms.some((form) => form.type === 'object' && typeof form.additionalProperties === 'object' && !form.properties) ? 'map' : 'any';
  }
  if (at.enum) return 'enum';
  const type = Array.isArray(at.type) ? at.type[0] : at.type;
  if (at.format === 'duration' || at.format === 'date' || at.format === 'time') return at.format;
  if (type === 'integer' || type === 'number' || type === 'boolean') return type;
  if (type === 'array') return isTask(at.items) ? 'tasks' : 'list';
  if (type === 'object') {
    if (at.properties) return 'object';
    const values = typeof at.additionalProperties === 'object' ? at.additionalProperties : undefined;
    return values?.type === 'array' && isTask(values.items) ? 'cases' : 'map';
  }
  if (type === 'string') return multiline.has(name) ? 'lines' : 'text';
  return name === 'variables' || name === 'values' ? 'map' : 'any';
}

export function propertyOf(root: SchemaRoot, name: string, schema: Schema, required: boolean): Property {
  const at = resolved(root, schema);
  return {
    name, schema, kind: kindOf(root, schema, name), title: at.title ?? '', description: at.description ?? '', required, dynamic: at.$dynamic === true || at.anyOf?.some(isExpression) === true,
    deprecated: at.$deprecated === true, group: at.$group ?? '', fallback: at.default,
  };
}
export function propertiesOf(root: SchemaRoot, schema: Schema): Property[] {
  const at = plain(root, schema);
  const required = new Set(at.required ?? []);
  return Object.entries(at.properties ?? {}).filter(([, one]) => one.const === undefined).map(([name, one]) => propertyOf(root, name, one, required.has(name)));
}

// The forms that a place takes, by the value of `type`.
export function choicesOf(root: SchemaRoot, schema: Schema): { type: string; title: string; deprecated: boolean; schema: Schema }[] {
  return (plain(root, schema).anyOf ?? []).map((form) => resolved(root, form)).flatMap((form) => {
    const type = form.properties?.['type']?.const;
    return type === undefined ? [] : [{ type, title: form.title ?? '', deprecated: form.$deprecated === true, schema: form }];
  });
}
export const flowSchema = (root: SchemaRoot): Schema => resolved(root, root);
export type PlaceKind = 'task' | 'trigger' | 'input';
export function placeSchema(root: SchemaRoot, place: PlaceKind): Schema {
  if (place === 'input') return flowSchema(root).properties?.['inputs']?.items ?? {};
  return { $ref: `#/definitions/${place === 'task' ? taskName : 'io.kestra.core.models.triggers.AbstractTrigger'}` };
}
export const typesFor = (root: SchemaRoot, place: PlaceKind) => choicesOf(root, placeSchema(root, place));
export const typeSchema = (root: SchemaRoot, place: PlaceKind, type: string): Schema | undefined => typesFor(root, place).find((one) => one.type === type)?.schema;

// Words of a name: contentType, content type.
export function wordsOf(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ').toLowerCase().replace(/\b(uri|url|id|ssl|sql|http|cpu|kv|sla|ttl)\b/g, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
export const shortText = (type: string): string => type.split('.').slice(-2).join('.');

// The schema at a path of a flow, chosen by the `type` of each value on the way.
export function schemaAt(root: SchemaRoot, value: unknown, path: readonly (string | number)[]): Schema | undefined {
  let schema: Schema | undefined = flowSchema(root);
  let at: unknown = value;
  const chosen = (one: Schema | undefined, of: unknown): Schema | undefined => {
    if (!one) return undefined;
    const found = plain(root, one);
    if (!found.anyOf) return found;
    const type = typeof of === 'object' && of !== null ? (of as { type?: unknown }).type : undefined;
    return choicesOf(root, found).find((choice) => choice.type === type)?.schema ?? found;
  };
  for (const key of path) {
    if (!schema) return undefined;
    at = typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[key] : undefined;
    const next: Schema | undefined = typeof key === 'number' ? schema.items : (schema.properties?.[key] ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined));
    schema = chosen(next, at);
  }
  return schema;
}

// Why a value does not fit; the words are the caller's.
export type Misfit = { key: 'required' | 'integer' | 'number' | 'least' | 'most' | 'pattern' | 'option' | 'boolean'; value: string };
export function misfit(root: SchemaRoot, property: Property, value: unknown): Misfit | undefined {
  if (value === undefined || value === null || value === '') return property.required ? { key: 'required', value: '' } : undefined;
  if (typeof value === 'string' && value.includes('{{')) return undefined;
  const at = plain(root, property.schema);
  if (property.kind === 'integer' && !Number.isInteger(Number(value))) return { key: 'integer', value: '' };
  if (property.kind === 'number' && Number.isNaN(Number(value))) return { key: 'number', value: '' };
  if (property.kind === 'boolean' && typeof value !== 'boolean' && !['true', 'false'].includes(String(value))) return { key: 'boolean', value: '' };
  if ((property.kind === 'integer' || property.kind === 'number') && at.minimum !== undefined && Number(value) < at.minimum) return { key: 'least', value: String(at.minimum) };
  if ((property.kind === 'integer' || property.kind === 'number') && at.maximum !== undefined && Number(value) > at.maximum) return { key: 'most', value: String(at.maximum) };
  if (property.kind === 'enum' && at.enum && !at.enum.includes(String(value))) return { key: 'option', value: at.enum.slice(0, 6).join(', ') };
  if (property.kind === 'text' && at.pattern !== undefined && typeof value === 'string' && !matches(at.pattern, value)) return { key: 'pattern', value: at.pattern };
  return undefined;
}
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return true; // the server's kind of expressions knows more than the browser's; it checks
  }
}

// A value that gets another type: what the new type has, too, stays.
export const retyped = (own: Readonly<Record<string, unknown>>, type: string, properties: readonly Property[]): Record<string, unknown> =>
  ({ type, ...Object.fromEntries(Object.entries(own).filter(([name]) => name !== 'type' && properties.some((one) => one.name === name))) });

// The lists of tasks that a task of a type can have: their keys.
export function branchKeys(root: SchemaRoot, type: string): string[] {
  const schema = typeSchema(root, 'task', type);
  return Object.entries(schema?.properties ?? {}).filter(([, one]) => kindOf(root, one) === 'tasks').map(([name]) => name);
}
