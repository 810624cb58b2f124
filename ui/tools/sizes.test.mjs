import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { pack } from './pack.mjs';

const made = mkdtempSync(join(tmpdir(), 'gyr-sizes-'));
afterAll(() => rmSync(made, { recursive: true }));
// Text that has so many kB in every encoding: six of eight bits of base64 are left.
const text = (kB) => `"${randomBytes(kB * 1024).toString('base64')}"`;
let count = 0;
const within = 30_000; // brotli takes its time
function measured(sizes = {}) {
  const { shell = 10, list = 10, editor = 10, commands = 5, rows = 1, route = 10, font = 1 } = sizes;
  const folder = join(made, `${count++}`);
  mkdirSync(join(folder, 'assets'), { recursive: true });
  const write = (name, content) => { writeFileSync(join(folder, name), content); };
  write('index.html', '<!doctype html>\n<script type="module" src="./assets/index-a.js"></script>\n');
  write('assets/index-a.js', text(shell));
  write('assets/FlowsPage-a.js', text(list));
  write('assets/ExecutionsPage-a.js', text(rows));
  write('assets/FlowWorkspace-a.js', `import "./CodeEditor-a.js";${text(1)}`);
  write('assets/CodeEditor-a.js', text(editor));
  if (commands > 0) write('assets/FlowCommands-a.js', text(commands));
  write('assets/HomePage-a.js', text(route));
  write('assets/mono-a.woff2', randomBytes(font * 1024)); // it is not compressed
  write('assets/inter-latin-wght-normal-a.woff2', randomBytes(1024));
  const file = join(folder, 'ui.pack');
  writeFileSync(file, pack(folder).bytes);
  const { status, stdout } = spawnSync(process.execPath, [fileURLToPath(new URL('./sizes.mjs', import.meta.url)), file], { encoding: 'utf8' });
  return { status, wrong: stdout.split('\n').filter((line) => /too large|not in the pack/.test(line)).map((line) => line.split(':')[1].trim()) };
}

// UI-1060
describe('the sizes of the pages', () => {
  it('are within their budgets or fail the build, each of them', () => {
    expect(measured()).toEqual({ status: 0, wrong: [] });
    expect(measured({ shell: 170, list: 110, editor: 100, commands: 100 })).toEqual({ status: 0, wrong: [] });
    expect(measured({ shell: 190 })).toEqual({ status: 1, wrong: ['shell JavaScript, brotli'] });
    expect(measured({ route: 130 })).toEqual({ status: 1, wrong: ['assets/HomePage-a.js, brotli'] });
    expect(measured({ editor: 115, commands: 115 })).toEqual({ status: 1, wrong: ['editor with YAML, gzip'] });
    expect(measured({ shell: 178, list: 119, rows: 80 })).toEqual({ status: 1, wrong: ['first load of a list, gzip'] });
    expect(measured({ font: 6200 })).toEqual({ status: 1, wrong: ['the pack'] });
  }, within);
});
