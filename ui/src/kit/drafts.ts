// Texts that are not saved yet, kept in the browser's own store, so that a closed tab or a server that is away loses nothing (UI-1085).
const name = 'gyr-drafts';
const store = 'drafts';
export interface Draft { key: string; text: string; base: string; at: number }

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath: 'key' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the drafts cannot be opened'));
  });
}
async function run<T>(mode: IDBTransactionMode, action: (drafts: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await opened();
  try {
    return await new Promise<T>((resolve, reject) => {
      const request = action(database.transaction(store, mode).objectStore(store));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('the draft was not kept'));
    });
  } finally {
    database.close();
  }
}
// Where the store is forbidden or full, there are no drafts; the text itself is on the page.
export const readDraft = (key: string): Promise<Draft | undefined> => run('readonly', (drafts) => drafts.get(key) as IDBRequest<Draft | undefined>).catch(() => undefined);
export const keepDraft = (draft: Draft): Promise<boolean> => run('readwrite', (drafts) => drafts.put(draft)).then(() => true, () => false);
export const dropDraft = (key: string): Promise<boolean> => run('readwrite', (drafts) => drafts.delete(key)).then(() => true, () => false);
