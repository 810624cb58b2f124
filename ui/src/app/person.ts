// Carries preferences and starred pages between this browser and the server. What could not be sent stays marked and is sent with the next
// change or visit; where two browsers changed different things, both hold (UI-42, UI-900).
import { watch } from 'vue';
import { base } from '@/api/base';
import { ApiError } from '@/api/errors';
import { fetchBookmarks, fetchPreferences, putBookmarks, putPreferences } from '@/api/queries/person';
import { bookmarks, starsUnsent } from '@/kit/bookmarks';
import { applyPersonal, keptBy, personalValue, unsent } from '@/kit/keep';

const root = `${base}ui`;
const writeAfter = 500;
const mostTries = 3;
let known: { revision: number; values: Record<string, unknown> } | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let sending = false;
let readingStars = false;

async function send(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  if (sending || known === undefined) return;
  sending = true;
  try {
    for (let tries = 0; unsent.value.length > 0 && tries < mostTries; tries++) {
      const keys = [...unsent.value];
      const values = Object.fromEntries(keys.map((key): [string, unknown] => [key, personalValue(key)]));
      const sent = JSON.stringify(values);
      try {
        known = { revision: (await putPreferences({ revision: known.revision, values: { ...known.values, ...values } })).revision, values: { ...known.values, ...values } };
        // What was changed meanwhile is sent again.
        const isSame = (key: string): boolean => JSON.stringify(personalValue(key)) === JSON.stringify((JSON.parse(sent) as Record<string, unknown>)[key]);
        unsent.value = unsent.value.filter((key) => !keys.includes(key) || !isSame(key));
        keptBy.value = 'server';
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 409)) throw error;
        known = await fetchPreferences();
        applyPersonal(known.values);
      }
    }
  } catch {
    keptBy.value = 'browser'; // the page of preferences says so
  } finally {
    sending = false;
  }
}
const stars = async (): Promise<void> => {
  starsUnsent.value = true;
  try {
    await putBookmarks(bookmarks.value.map(({ name, url }) => ({ name, url: `${root}${url}` })));
    starsUnsent.value = false;
  } catch {
    // Kept here and marked: sent with the next change or visit.
  }
};

// Once in the life of the page, when somebody is signed in. `read`: the preferences, where the session has read them.
export async function loadPerson(read?: { revision: number; values: Record<string, unknown> }): Promise<void> {
  if (known !== undefined) return;
  watch(unsent, () => { timer ??= setTimeout(() => void send(), writeAfter); });
  watch(bookmarks, () => { if (!readingStars) void stars(); }, { flush: 'sync' });
  window.addEventListener('pagehide', () => { if (timer !== undefined) void send(); });
  try {
    known = read ?? await fetchPreferences();
    applyPersonal(known.values);
    keptBy.value = 'server';
    await send();
    if (starsUnsent.value) return await stars();
    const found = await fetchBookmarks();
    readingStars = true;
    bookmarks.value = found.filter((one) => one.url.startsWith(`${root}/`)).map(({ name, url }) => ({ name, url: url.slice(root.length) }));
    readingStars = false;
  } catch {
    keptBy.value = 'browser';
  }
}
