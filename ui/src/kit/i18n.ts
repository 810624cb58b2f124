// Messages and dates in the reader's language. English is whole; a language is one file of compiled messages.
import { computed } from 'vue';
import english from 'virtual:messages/en';
import type { DateFormat } from '@/model/dates';
import { formatMessage, formatNumber, type Values } from '@/model/messages';
import { useKept } from './keep';

const language = 'en';
// What a person chose on the page of preferences; nothing: as the browser has it.
export const chosenZone = useKept('zone', '');
export const chosenFormat = useKept<DateFormat>('dateFormat', '');
export const zone = computed(() => chosenZone.value || Intl.DateTimeFormat().resolvedOptions().timeZone);
export const dateStyle = computed(() => ({ language: navigator.language || language, zone: zone.value, format: chosenFormat.value }));

export function t(key: string, values: Values = {}): string {
  return formatMessage(english[key] ?? key, values, language);
}
export const n = (value: number): string => formatNumber(value, language);
