// What the fields of a form share: the description of the types, how a value is written, and what is wrong where.
import { inject, provide, type InjectionKey, type Ref } from 'vue';
import type { SchemaRoot } from '@/model/pluginSchema';
import type { Path } from '@/model/yaml/document';

// Names to choose from; each may fail, then there are none to choose and the field is typed.
export interface Lookups { namespaces: () => Promise<string[]>; flows: (namespace: string) => Promise<string[]>; secrets: (namespace: string) => Promise<string[]>; files: (namespace: string) => Promise<string[]> }
export interface FormContext {
  root: Readonly<Ref<SchemaRoot>>;
  readOnly: Readonly<Ref<boolean>>;
  namespace: Readonly<Ref<string>>;
  set: (path: Path, value: unknown) => void;
  rename: (path: Path, name: string) => void;
  text: (path: Path) => string; // the YAML of a value, with its comments
  setText: (path: Path, text: string) => void;
  problem: (path: Path) => string | undefined;
  lookups: Lookups;
}
const key: InjectionKey<FormContext> = Symbol('form');
export const provideForm = (context: FormContext): void => provide(key, context);
export function useForm(): FormContext {
  const context = inject(key);
  if (!context) throw new Error('a field stands outside of its form');
  return context;
}
export const fieldId = (path: Path): string => `nc-${path.join('.').replace(/[^\w.-]/g, '_')}`;
