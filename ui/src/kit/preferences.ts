// What a person prefers (UI-900): applied at once, kept by the server and in this browser.
import { defineStore } from 'pinia';
import { computed, watch, type WritableComputedRef } from 'vue';
import { usePersonal } from './keep';

export type Theme = 'light' | 'dark' | 'system';
interface Kept { theme: Theme; folded: boolean; density: 'normal' | 'compact'; singleKeys: boolean }
export const standard: Kept = { theme: 'system', folded: false, density: 'normal', singleKeys: true };

export const usePreferences = defineStore('preferences', () => {
  const stored = usePersonal<Partial<Kept>>('preferences', {});
  const one = <K extends keyof Kept>(key: K): WritableComputedRef<Kept[K]> => computed({ get: () => (stored.value[key] ?? standard[key]) as Kept[K], set: (value) => { stored.value = { ...stored.value, [key]: value }; } });
  const theme = one('theme');
  const folded = one('folded');
  const density = one('density');
  const singleKeys = one('singleKeys');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const paper = matchMedia('print');
  const paint = (): void => {
    const dark = !paper.matches && (theme.value === 'dark' || (theme.value === 'system' && system.matches));
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
    document.documentElement.dataset['density'] = density.value;
  };
  system.addEventListener('change', paint);
  paper.addEventListener('change', paint); // paper is white (UI-1036)
  watch([theme, density], paint);
  paint(); // what the server keeps may have come before
  const nextTheme = (): void => { theme.value = theme.value === 'light' ? 'dark' : theme.value === 'dark' ? 'system' : 'light'; };
  return { theme, folded, density, singleKeys, nextTheme };
});
