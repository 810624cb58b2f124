// What a person prefers. Kept in this browser until the server keeps it: `GET $/me/preferences` is not there yet.
import { defineStore } from 'pinia';
import { ref, watch } from 'vue';
import { useKept } from './keep';

export type Theme = 'light' | 'dark' | 'system';
interface Kept { theme: Theme; folded: boolean; density: 'normal' | 'compact'; singleKeys: boolean }
const standard: Kept = { theme: 'system', folded: false, density: 'normal', singleKeys: true };

export const usePreferences = defineStore('preferences', () => {
  const stored = useKept<Partial<Kept>>('preferences', {});
  const kept: Kept = { ...standard, ...stored.value };
  const theme = ref(kept.theme);
  const folded = ref(kept.folded);
  const density = ref(kept.density);
  const singleKeys = ref(kept.singleKeys);
  const system = matchMedia('(prefers-color-scheme: dark)');
  const paint = (): void => {
    const dark = theme.value === 'dark' || (theme.value === 'system' && system.matches);
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
    document.documentElement.dataset['density'] = density.value;
  };
  system.addEventListener('change', paint);
  watch([theme, folded, density, singleKeys], () => {
    paint();
    stored.value = { theme: theme.value, folded: folded.value, density: density.value, singleKeys: singleKeys.value };
  });
  const nextTheme = (): void => { theme.value = theme.value === 'light' ? 'dark' : theme.value === 'dark' ? 'system' : 'light'; };
  return { theme, folded, density, singleKeys, nextTheme };
});
