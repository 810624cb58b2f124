// Addresses that are understood and rewritten (DESIGN.md 5): without a tenant, of older versions, and by old query parameters. Pure.
const tenantPages = ['flows', 'executions', 'dashboards', 'logs', 'namespaces', 'kv', 'secrets', 'blueprints', 'plugins', 'preferences', 'settings', 'admin', 'welcome', 'main'];

export function rewrite(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const [tenant, page, ...rest] = parts;
  if (tenant === undefined) return '/main/dashboards';
  if (tenant !== 'main' && tenantPages.includes(tenant)) return `/main/${parts.join('/')}`;
  if (tenant !== 'main') return undefined;
  if (page === undefined) return '/main/dashboards';
  if (page === 'flows' && rest[0] === 'edit' && ['editor', 'source'].includes(rest[3] ?? '')) return `/main/flows/edit/${rest[1]}/${rest[2]}/edit`;
  if (page === 'namespaces' && rest[0] === 'edit' && rest[2] === 'editor') return `/main/namespaces/edit/${rest[1]}/files`;
  if (page === 'settings') return '/main/preferences';
  if (page === 'blueprints' && rest.length < 2) return `/main/blueprints/flow/community${rest[0] === undefined ? '' : `/${rest[0]}`}`;
  return undefined;
}
