// The base path is in the page: the server writes it there. In development nothing replaces the mark.
const meta = (name: string): string => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
const written = meta('gyr-base');

export const base: string = written.startsWith('@') || written === '' ? '/' : written;
export const apiBase: string = base.replace(/\/$/, '');
export const csrf = (): string => {
  const value = meta('gyr-csrf');
  return value.startsWith('@') ? '' : value;
};
// The nonce of this page, for styles that libraries insert.
export const nonce: string = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
