import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { STATES, token } from '@/model/state';

const css = readFileSync(fileURLToPath(new URL('./tokens.css', import.meta.url)), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
const values = (selector: string): Map<string, string> => {
  const block = css.slice(css.indexOf(`${selector} {`));
  return new Map([...block.slice(0, block.indexOf('\n}')).matchAll(/--([\w-]+):\s*(#[0-9a-fA-F]{6})/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
};
const light = values(':root');
const themes = { light, dark: new Map([...light, ...values('[data-theme="dark"]')]) };
const channels = (hex: string): [number, number, number] => {
  const linear = (at: number): number => { const value = parseInt(hex.slice(at, at + 2), 16) / 255; return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
  return [linear(1), linear(3), linear(5)];
};
const luminance = (hex: string): number => { const [r, g, b] = channels(hex); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const ratio = (a: string, b: string): number => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number]; return (x + 0.05) / (y + 0.05); };
const grounds = ['bg', 'surface', 'sub'];

// UI-1031, WCAG 1.4.3 and 1.4.11: the ratios of DESIGN section 9, computed again.
describe.each(Object.entries(themes))('tokens, %s', (_name, tokens) => {
  const colour = (name: string): string => { const value = tokens.get(name); if (value === undefined) throw new Error(`no token --${name}`); return value; };
  it.each(['text', 'text-2', 'text-3', 'accent'])('--%s is text on every ground', (name) => { for (const ground of grounds) expect(ratio(colour(name), colour(ground))).toBeGreaterThanOrEqual(4.5); });
  it('borders of controls are seen', () => { for (const ground of grounds) expect(ratio(colour('line-3'), colour(ground))).toBeGreaterThanOrEqual(3); });
  it.each(STATES.map(token))('%s: the fill on every ground, the ink on tint and panel', (name) => {
    for (const ground of grounds) expect(ratio(colour(`s-${name}`), colour(ground))).toBeGreaterThanOrEqual(3);
    for (const ground of [`s-${name}-tint`, 'surface']) expect(ratio(colour(`s-${name}-ink`), colour(ground))).toBeGreaterThanOrEqual(4.5);
  });
  it.each(['l-error', 'l-warn', 'l-info', 'l-debug', 'l-trace', 'code-key', 'code-string', 'code-number', 'code-comment', 'code-expr', 'code-type'])('--%s is text in code', (name) => expect(ratio(colour(name), colour('code-bg'))).toBeGreaterThanOrEqual(4.5));
});
