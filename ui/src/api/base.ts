// The base path is in the page: the server writes it there. In development nothing replaces the mark.
const meta = (name: string): string => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
const written = meta('gyr-base');

export const base: string = written.startsWith('@') || written === '' ? '/' : written;
export const apiBase: string = base.replace(/\/$/, '');
// What changes must send. The cookie is that of the present session, also after a login on this page; the meta element is
// that of the session with which the page was loaded.
export const csrf = (): string => {
  const cookie = /(?:^|;\s*)csrfToken=([^;]*)/.exec(document.cookie)?.[1] ?? '';
  if (cookie !== '') return decodeURIComponent(cookie);
  const value = meta('gyr-csrf');
  return value.startsWith('@') ? '' : value;
};
// The nonce of this page, for styles that libraries insert.
export const nonce: string = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
