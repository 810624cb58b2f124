// Things that a page keeps in this browser: saved filters, columns, the last expressions. Storage that is full or forbidden keeps nothing.
export interface Storage { getItem: (key: string) => string | null; setItem: (key: string, value: string) => void }

export function readKept<T>(storage: Storage | undefined, key: string, fallback: T): T {
  try {
    const text = storage?.getItem(`gyr.${key}`) ?? null;
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

export function writeKept(storage: Storage | undefined, key: string, value: unknown): boolean {
  try {
    storage?.setItem(`gyr.${key}`, JSON.stringify(value));
    return storage !== undefined;
  } catch {
    return false;
  }
}
