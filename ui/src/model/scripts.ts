// In which language a text of several lines of a flow is written: by the type of its task, its key, or the name of a file (UI-350). Pure.
export const SCRIPTS = ['python', 'shell', 'sql', 'javascript', 'r', 'powershell', 'ruby', 'groovy', 'go', 'julia', 'perl', 'rust', 'lua', 'dockerfile', 'json', 'xml', 'css', 'properties'] as const;
export type Script = (typeof SCRIPTS)[number];

const byEnding: Record<string, Script> = {
  py: 'python', sh: 'shell', bash: 'shell', sql: 'sql', js: 'javascript', mjs: 'javascript', ts: 'javascript', r: 'r', ps1: 'powershell', rb: 'ruby', groovy: 'groovy', gradle: 'groovy', go: 'go', jl: 'julia', pl: 'perl', rs: 'rust', lua: 'lua', json: 'json', xml: 'xml', html: 'xml', css: 'css', properties: 'properties', ini: 'properties', toml: 'properties',
};
const byType: [RegExp, Script][] = [
  [/\b(python|jython)\b/i, 'python'], [/\b(node|nodejs|javascript|nashorn|deno|bun)\b|\.js\b|graalvm\.js/i, 'javascript'], [/\.r\.|\.R\b/, 'r'], [/\bpowershell\b/i, 'powershell'], [/\bruby\b/i, 'ruby'], [/\bgroovy\b/i, 'groovy'],
  [/\.go\./, 'go'], [/\bjulia\b/i, 'julia'], [/\bperl\b/i, 'perl'], [/\brust\b/i, 'rust'], [/\blua\b/i, 'lua'],
];

export function scriptOf(type: string, key: string): Script | undefined {
  const ending = /^[^\s/]?[^\s]*\.(\w+)$/.exec(key)?.[1]?.toLowerCase();
  if (ending !== undefined) return byEnding[ending];
  if (/dockerfile$/i.test(key)) return 'dockerfile';
  if (/^(sql|query|queries)$/.test(key)) return 'sql';
  if (/^(commands|beforeCommands|interpreter)$/.test(key)) return /\bpowershell\b/i.test(type) ? 'powershell' : 'shell';
  if (key === 'script') return byType.find(([pattern]) => pattern.test(type))?.[1] ?? 'shell';
  return undefined;
}
