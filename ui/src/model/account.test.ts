import { describe, expect, it } from 'vitest';
import { isGoodPassword, mailProblem, passwordRules } from './account';

// UI-81
describe('the first account', () => {
  it('names each rule of the password that holds', () => {
    expect(passwordRules('')).toEqual({ length: false, upper: false, lower: false, digit: false });
    expect(passwordRules('abcdefgh')).toEqual({ length: true, upper: false, lower: true, digit: false });
    expect(passwordRules('Abcdef1')).toEqual({ length: false, upper: true, lower: true, digit: true });
    expect(isGoodPassword('Abcdefg1')).toBe(true);
    // A letter of another script is neither, as for the server, which counts bytes.
    expect(passwordRules('ÄÖÜäöü12')).toEqual({ length: true, upper: false, lower: false, digit: true });
    expect(isGoodPassword(`Aa1${'x'.repeat(253)}`)).toBe(true);
    expect(isGoodPassword(`Aa1${'x'.repeat(254)}`)).toBe(false);
  });
  it('takes an e-mail address for the name', () => {
    expect(mailProblem('')).toBe('missing');
    for (const wrong of ['ops', '@example.org', 'ops@', 'o ps@example.org', 'ops@exa mple.org', '<b>@x.io']) expect(mailProblem(wrong), wrong).toBe('form');
    for (const good of ["o'ps+1@example.org", 'a@b']) expect(mailProblem(good), good).toBeUndefined();
    expect(mailProblem(`${'a'.repeat(250)}@example.org`)).toBe('long');
  });
});
