// How a person likes the editor (UI-356): kept in this browser.
import { useKept } from '@/kit/keep';

export const fontSizes = { least: 8, most: 50, standard: 12.5 };
export const fontSize = useKept('editor.fontSize', fontSizes.standard);
export const wordWrap = useKept('editor.wrap', false);
export const foldTexts = useKept('editor.fold', false);
export const hovers = useKept('editor.hover', true);
export const fontFamily = useKept('editor.font', '');
export function resize(by: number): void {
  fontSize.value = Math.min(fontSizes.most, Math.max(fontSizes.least, fontSize.value + by));
}
