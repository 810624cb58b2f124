// How a person likes the editor (UI-356): kept for the person.
import { usePersonal } from '@/kit/keep';

export const fontSizes = { least: 1, most: 50, standard: 12.5 };
export const fontSize = usePersonal('editor.fontSize', fontSizes.standard);
export const wordWrap = usePersonal('editor.wrap', false);
export const foldTexts = usePersonal('editor.fold', false);
export const hovers = usePersonal('editor.hover', true);
// '' follows the pages.
export const editorTheme = usePersonal<'' | 'light' | 'dark'>('editor.theme', '');
export const fontFamily = usePersonal('editor.font', '');
export function resize(by: number): void {
  fontSize.value = Math.min(fontSizes.most, Math.max(fontSizes.least, fontSize.value + by));
}
