// What a person prefers. Kept in this browser until the server keeps it: `GET $/me/preferences` is not there yet.
import { defineStore } from 'pinia';
import { ref, watch } from 'vue';

export type Theme = 'light' | 'dark' | 'system';
const key = 'gyr.preferences';

interface Kept { theme: Theme; folded: boolean; density: 'normal' | 'compact' }

function load(): Kept {
  const standard: Kept = { theme: 'system', folded: false, density: 'normal' };
  try {
    return { ...standard, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Kept>) };
  } catch {
    return standard; // storage is forbidden or holds something else
  }
}

export const usePreferences = defineStore('preferences', () => {
  const kept = load();
  const theme = ref(kept.theme);
  const folded = ref(kept.folded);
  const density = ref(kept.density);
  const system = matchMedia('(prefers-color-scheme: dark)');
  const paint = (): void => {
    const dark = theme.value === 'dark' || (theme.value === 'system' && system.matches);
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
    document.documentElement.dataset['density'] = density.value;
  };
  system.addEventListener('change', paint);
  watch([theme, folded, density], () => {
    paint();
    try {
      localStorage.setItem(key, JSON.stringify({ theme: theme.value, folded: folded.value, density: density.value }));
    } catch {
      return; // the choice holds for this page
    }
  });
  const nextTheme = (): void => { theme.value = theme.value === 'light' ? 'dark' : theme.value === 'dark' ? 'system' : 'light'; };
  return { theme, folded, density, nextTheme };
});
