// Messages and dates in the reader's language. English is whole; a language is one file of compiled messages.
import { computed } from 'vue';
import english from 'virtual:messages/en';
import { formatMessage, formatNumber, type Values } from '@/model/messages';

const language = 'en';
export const zone = computed(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
export const dateStyle = computed(() => ({ language: navigator.language || language, zone: zone.value }));

export function t(key: string, values: Values = {}): string {
  return formatMessage(english[key] ?? key, values, language);
}
export const n = (value: number): string => formatNumber(value, language);
