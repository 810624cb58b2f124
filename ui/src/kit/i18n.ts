// Messages and dates in the reader's language. English comes with the page; another language is one file, loaded when it is wanted.
import { computed, shallowRef, watch } from 'vue';
import english from 'virtual:messages/en';
import others from 'virtual:languages';
import { DATE_FORMATS, type DateFormat } from '@/model/dates';
import { isLanguage, languageFor, regionOf, tagOf, type Language } from '@/model/languages';
import { formatMessage, formatNumber, type Message, type Values } from '@/model/messages';
import { usePersonal } from './keep';

// What a person chose on the page of preferences; nothing: as the browser has it.
export const chosenLanguage = usePersonal('language', '');
export const chosenZone = usePersonal('zone', '');
export const chosenFormat = usePersonal<DateFormat>('dateFormat', '');

export const languages: Language[] = ['en', ...Object.keys(others).filter(isLanguage)];
const ofBrowser = typeof navigator === 'undefined' ? [] : navigator.languages;
export const browserLanguage = languageFor('', ofBrowser, languages);
const wanted = computed(() => languageFor(chosenLanguage.value, ofBrowser, languages));
const spoken = shallowRef<{ language: Language; messages: Record<string, Message> }>({ language: 'en', messages: english });
export const language = computed(() => spoken.value.language);
const tag = computed(() => tagOf(language.value));

// Loads the wanted language; a file that cannot be loaded leaves the page as it is.
export async function speak(): Promise<void> {
  const next = wanted.value;
  try {
    const messages = next === 'en' ? english : (await others[next]?.())?.default;
    if (messages === undefined || next !== wanted.value) return;
    spoken.value = { language: next, messages };
    document.documentElement.lang = tagOf(next);
  } catch (error) {
    console.warn(`the messages of ${next} were not loaded`, error);
  }
}
watch(wanted, () => void speak());

const isZone = (name: string): boolean => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // a zone that this browser does not know: its own one
  }
};
export const zone = computed(() => (chosenZone.value !== '' && isZone(chosenZone.value) ? chosenZone.value : Intl.DateTimeFormat().resolvedOptions().timeZone));
export const dateStyle = computed(() => ({ language: regionOf(language.value, ofBrowser[0] ?? 'en'), zone: zone.value, format: DATE_FORMATS.includes(chosenFormat.value) ? chosenFormat.value : '' as const }));

export function t(key: string, values: Values = {}): string {
  const message = spoken.value.messages[key];
  return message === undefined ? formatMessage(english[key] ?? key, values, 'en') : formatMessage(message, values, tag.value);
}
export const n = (value: number): string => formatNumber(value, tag.value);
