import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { check, wrongWith } from './messages.mjs';

const made = mkdtempSync(join(tmpdir(), 'gyr-messages-'));
afterAll(() => rmSync(made, { recursive: true }));
function project(name, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(made, name, path, '..'), { recursive: true });
    writeFileSync(join(made, name, path), typeof text === 'string' ? text : JSON.stringify(text));
  }
  return check(join(made, name)).problems;
}

// UI-1032
describe('the messages', () => {
  it('of the pages are used, and each language has all of them', () => {
    expect(check(fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')).problems).toEqual([]);
  });
  it('are refused where one is missing, is not used or is not in English', () => {
    const english = { 'src/locales/en/kit.json': { used: 'Used', unused: 'Not used' }, 'src/a.ts': "t('kit.used'); t('kit.gone');" };
    expect(project('english', english).map((line) => line.replace(made, ''))).toEqual(['/english/src/a.ts: there is no message kit.gone', 'no source uses the message kit.unused']);
    expect(project('german', { 'src/locales/en/kit.json': { used: 'Used', more: 'More' }, 'src/locales/de/kit.json': { used: 'Benutzt', other: 'Sonst' }, 'src/a.ts': "t('kit.used', t('kit.more'))" }))
      .toEqual(['de has no message kit.more', 'de has a message that English does not have: kit.other']);
  });
  it('of a language have the parts of the English ones, and each form of a plural', () => {
    expect(wrongWith('de', 'Seite {page}', 'Page {page}')).toEqual([]);
    expect(wrongWith('de', 'Seite {seite}', 'Page {page}')).toEqual(['does not have {page}', 'has {seite}, which English does not have']);
    const english = '{count, plural, one {# row} other {# rows}}';
    expect(wrongWith('pl', '{count, plural, one {# wiersz} few {# wiersze} other {# wiersza}}', english)).toEqual(['has no form "many" of a plural']);
    expect(wrongWith('ja', '{count, plural, other {#行}}', english)).toEqual([]);
    expect(wrongWith('ja', ' ', english)).toEqual(['is empty']);
  });
});
