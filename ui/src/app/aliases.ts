// Addresses that are understood and rewritten (DESIGN.md 5): without a tenant, of older versions, and by old query parameters. Pure.
const tenantPages = ['flows', 'executions', 'dashboards', 'main'];

export function rewrite(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const [tenant, page, ...rest] = parts;
  if (tenant === undefined) return '/main/flows';
  if (tenant !== 'main' && tenantPages.includes(tenant)) return `/main/${parts.join('/')}`;
  if (tenant !== 'main') return undefined;
  if (page === undefined) return '/main/flows';
  if (page === 'flows' && rest[0] === 'edit' && ['editor', 'source'].includes(rest[3] ?? '')) return `/main/flows/edit/${rest[1]}/${rest[2]}/edit`;
  return undefined;
}
