// Messages and dates in the reader's language. English is whole; a language is one file of compiled messages.
import { computed } from 'vue';
import english from 'virtual:messages/en';
import { DATE_FORMATS, type DateFormat } from '@/model/dates';
import { formatMessage, formatNumber, type Values } from '@/model/messages';
import { usePersonal } from './keep';

const language = 'en';
// What a person chose on the page of preferences; nothing: as the browser has it.
export const chosenZone = usePersonal('zone', '');
export const chosenFormat = usePersonal<DateFormat>('dateFormat', '');
const isZone = (name: string): boolean => {
  try {
    return Intl.DateTimeFormat(language, { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // a zone that this browser does not know: its own one
  }
};
export const zone = computed(() => (chosenZone.value !== '' && isZone(chosenZone.value) ? chosenZone.value : Intl.DateTimeFormat().resolvedOptions().timeZone));
export const dateStyle = computed(() => ({ language: navigator.language || language, zone: zone.value, format: DATE_FORMATS.includes(chosenFormat.value) ? chosenFormat.value : '' as const }));

export function t(key: string, values: Values = {}): string {
  return formatMessage(english[key] ?? key, values, language);
}
export const n = (value: number): string => formatNumber(value, language);
