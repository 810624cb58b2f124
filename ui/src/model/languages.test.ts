import { describe, expect, it } from 'vitest';
import { LANGUAGES, languageFor, regionOf, tagOf, type Language } from './languages';

// UI-1032, UI-900
const all = Object.keys(LANGUAGES) as Language[];
describe('the language of the pages', () => {
  it('is the chosen one, else the first of the browser that there is, else English', () => {
    expect(languageFor('de', ['fr'], all)).toBe('de');
    expect(languageFor('', ['nl-NL', 'pt-BR', 'en'], all)).toBe('pt');
    expect(languageFor('', ['zh-Hans-CN'], all)).toBe('zh_CN');
    expect(languageFor('', ['zh-TW'], all)).toBe('en');
    expect(languageFor('de', ['fr'], ['en', 'fr'])).toBe('fr');
    expect(languageFor('xx', [], all)).toBe('en');
    expect(languageFor('constructor', ['__proto__'], all)).toBe('en');
  });
  it('has a name that Intl knows, and the dates of the region where they fit', () => {
    for (const language of all) expect(Intl.PluralRules.supportedLocalesOf(tagOf(language))).toHaveLength(1);
    expect(regionOf('en', 'en-GB')).toBe('en-GB');
    expect(regionOf('de', 'en-GB')).toBe('de');
    expect(regionOf('zh_CN', 'zh-SG')).toBe('zh-SG');
  });
});
