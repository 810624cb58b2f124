// Rows as CSV by RFC 4180. A text that a table program would take for a formula is quoted as text. Pure.
const cell = (value: unknown): string => {
  const text = value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export const toCsv = (rows: readonly (readonly unknown[])[]): string => rows.map((row) => row.map(cell).join(',')).join('\r\n');
