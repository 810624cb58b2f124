// Fails where the pack is larger than its budgets (UI-1060). Sizes are those of the pack: what goes over the wire.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { unpack } from './pack.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bytes = readFileSync(process.argv[2] ?? `${root}build/ui/ui.pack`);
const opened = unpack(bytes);
const byPath = new Map(opened.files.map((file) => [file.path, file]));
const text = (file) => (file.raw ? opened.read(file.raw) : gunzipSync(opened.read(file.gz))).toString('utf8');
const size = (file, encoding) => (file[encoding] ?? file.raw)[1];
const sum = (files, encoding) => files.reduce((total, file) => total + size(file, encoding), 0);

// A chunk with everything that it imports at once; `import(…)` is not followed.
function closure(paths) {
  const seen = new Set();
  const visit = (path) => {
    const file = byPath.get(path);
    if (file === undefined || seen.has(file)) return;
    seen.add(file);
    if (path.endsWith('.js')) for (const [, name] of text(file).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) visit(`assets/${name}`);
  };
  paths.forEach(visit);
  return [...seen];
}

const html = byPath.get(opened.page);
const shell = closure([...text(html).matchAll(/(?:href|src)="@GYR_BASE@ui\/(assets\/[^"]+)"/g)].map((match) => match[1]));
const named = (pattern) => opened.files.filter((file) => pattern.test(file.path));
const without = (files, known) => files.filter((file) => !known.includes(file));
const kind = (files, ending) => files.filter((file) => file.path.endsWith(ending));
const words = named(/assets\/inter-latin-(wght|standard)-normal-.*\.woff2$/);
const list = without(closure(named(/assets\/(FlowsPage|ExecutionsPage)-.*\.(js|css)$/).map((file) => file.path)), shell);
const editor = without(closure(named(/assets\/(FlowEdit|FlowWorkspace|FlowCommands|CodeEditor)-.*\.(js|css)$/).map((file) => file.path)), shell);
const limits = [
  ['first load of a list, gzip', sum([html, ...shell, ...list, ...words], 'gz'), 350],
  ['shell JavaScript, brotli', sum(kind(shell, '.js'), 'br'), 180],
  ['editor with YAML, gzip', sum(editor, 'gz'), 220],
  ['page, raw', html.size, 4],
  ['the pack', bytes.length, 6 * 1024],
];
for (const file of kind(without(opened.files, [...shell, ...named(/codemirror/)]), '.js')) limits.push([`${file.path}, brotli`, size(file, 'br'), 120]);
let failed = false;
for (const [what, is, kB] of limits) {
  const bad = is === 0 || is > kB * 1024;
  failed ||= bad;
  if (bad || !what.startsWith('assets/')) console.log(`sizes: ${what}: ${(is / 1024).toFixed(1)} kB of ${kB}${bad ? (is === 0 ? ', which is not in the pack' : ', too large') : ''}`);
}
process.exit(failed ? 1 : 0);
