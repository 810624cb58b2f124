// The rules of the first account, as the server judges them (UI-81). Pure.
export const LONGEST = 256;
export const PASSWORD_RULES = ['length', 'upper', 'lower', 'digit'] as const;
export type PasswordRule = (typeof PASSWORD_RULES)[number];

const bytes = (text: string): number => new TextEncoder().encode(text).length;
const shortest = 8;

export const passwordRules = (password: string): Record<PasswordRule, boolean> => ({
  length: bytes(password) >= shortest && bytes(password) <= LONGEST,
  upper: /[A-Z]/.test(password),
  lower: /[a-z]/.test(password),
  digit: /[0-9]/.test(password),
});
export const isGoodPassword = (password: string): boolean => Object.values(passwordRules(password)).every(Boolean);

export function mailProblem(mail: string): 'missing' | 'form' | 'long' | undefined {
  if (mail === '') return 'missing';
  if (mail.length > LONGEST) return 'long';
  return /^[a-zA-Z0-9_!#$%&'*+/=?`{|}~^.-]+@[a-zA-Z0-9.-]+$/.test(mail) ? undefined : 'form';
}
