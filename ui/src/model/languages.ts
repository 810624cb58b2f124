// The languages of the pages and which one a person reads (UI-900, UI-1032). Pure.
export const LANGUAGES = { en: 'English', de: 'Deutsch', es: 'Español', fr: 'Français', hi: 'हिन्दी', it: 'Italiano', ja: '日本語', ko: '한국어', pl: 'Polski', pt: 'Português', ru: 'Русский', zh_CN: '简体中文' } as const;
export type Language = keyof typeof LANGUAGES;
export const isLanguage = (text: string): text is Language => Object.hasOwn(LANGUAGES, text);

// The name that `Intl` and the attribute `lang` know.
export const tagOf = (language: Language): string => language.replace('_', '-');

// What was chosen, else the first language of the browser that the pages have, else English.
export function languageFor(chosen: string, ofBrowser: readonly string[], offered: readonly Language[]): Language {
  const has = (text: string): text is Language => isLanguage(text) && offered.includes(text);
  if (has(chosen)) return chosen;
  for (const tag of ofBrowser) {
    const base = tag.toLowerCase().split('-')[0] ?? '';
    // The Chinese texts are in simplified characters.
    if (base === 'zh' && has('zh_CN') && !/^zh-(hant|tw|hk|mo)/i.test(tag)) return 'zh_CN';
    if (has(base)) return base;
  }
  return 'en';
}

// Dates of the browser's region where the language is the browser's, else those of the language.
export const regionOf = (language: Language, browser: string): string => (browser.split('-')[0] === language.split('_')[0] ? browser : tagOf(language));
