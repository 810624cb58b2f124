// Values that are kept from visit to visit: those of this browser, and those of the person, which the server keeps too (UI-900). The latter
// have a copy here to paint from; `app/person.ts` carries them to the server.
import { effectScope, ref, shallowRef, watch, type Ref } from 'vue';
import { readKept, writeKept } from '@/model/kept';

function storage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined; // forbidden: the value holds for this page
  }
}

export function useKept<T>(key: string, fallback: T): Ref<T> {
  const value = ref(readKept(storage(), key, fallback)) as Ref<T>;
  watch(value, (next) => { writeKept(storage(), key, next); }, { deep: true });
  return value;
}

const scope = effectScope(true);
const shared = new Map<string, { value: Ref<unknown>; fits: (value: unknown) => boolean }>();
const ofServer = new Map<string, unknown>();
let applying = false;
// What was changed here and has not reached the server yet; a reload does not lose it.
export const unsent = scope.run(() => useKept<string[]>('unsent', []))!;
export const keptBy = shallowRef<'server' | 'browser'>('browser');

// One value for all that use it, of the kind of its fallback: what another program has stored under this name may be anything.
export function usePersonal<T>(key: string, fallback: T): Ref<T> {
  const known = shared.get(key);
  if (known) return known.value as Ref<T>;
  const fits = (value: unknown): boolean => typeof value === typeof fallback && Array.isArray(value) === Array.isArray(fallback) && value !== null;
  const value = scope.run(() => useKept(key, fallback))!;
  if (!fits(value.value)) value.value = fallback;
  shared.set(key, { value, fits });
  if (ofServer.has(key) && fits(ofServer.get(key)) && !unsent.value.includes(key)) value.value = ofServer.get(key) as T;
  scope.run(() => watch(value, () => {
    if (!applying) unsent.value = unsent.value.includes(key) ? [...unsent.value] : [...unsent.value, key];
  }, { deep: true, flush: 'sync' }));
  return value;
}
export const personalValue = (key: string): unknown => shared.get(key)?.value.value ?? readKept<unknown>(storage(), key, undefined);

export function applyPersonal(values: Record<string, unknown>): void {
  applying = true;
  for (const [key, value] of Object.entries(values)) {
    if (unsent.value.includes(key)) continue;
    ofServer.set(key, value);
    const found = shared.get(key);
    if (found?.fits(value) && JSON.stringify(found.value.value) !== JSON.stringify(value)) found.value.value = value;
  }
  applying = false;
}
