// The same execution as a command of a shell. Pure.
const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

export interface Sent { id: string; value: string; file: boolean }

export function asCurl(origin: string, tenant: string, namespace: string, flowId: string, values: readonly Sent[], labels: readonly string[]): string {
  const query = labels.length > 0 ? `?${labels.map((label) => `labels=${encodeURIComponent(label)}`).join('&')}` : '';
  const lines = [`curl -X POST ${quote(`${origin}/api/v1/${tenant}/executions/${namespace}/${flowId}${query}`)}`];
  for (const { id, value, file } of values) lines.push(file ? `-F ${quote(`files=@${value};filename=${id}`)}` : `--form-string ${quote(`${id}=${value}`)}`);
  if (values.length === 0) lines.push('-F _=');
  return lines.join(' \\\n  ');
}
