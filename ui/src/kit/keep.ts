// A value that this browser keeps from visit to visit.
import { ref, watch, type Ref } from 'vue';
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
