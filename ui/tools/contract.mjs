// Makes src/api/generated/contract.d.ts from the contract of a running server: node tools/contract.mjs http://127.0.0.1:8080 [--check]
// With --check nothing is written: it fails where the file differs from what the server says.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapi, { astToString } from 'openapi-typescript';

const target = fileURLToPath(new URL('../src/api/generated/contract.d.ts', import.meta.url));
const [server, option] = process.argv.slice(2);
if (server === undefined || (option !== undefined && option !== '--check')) {
  console.error('usage: node tools/contract.mjs URL [--check]');
  process.exit(2);
}
const answer = await fetch(`${server.replace(/\/$/, '')}/api/v1/openapi`);
if (!answer.ok) {
  console.error(`contract: ${server} answered ${answer.status}`);
  process.exit(1);
}
const made = `// Made by tools/contract.mjs from GET /api/v1/openapi. Do not edit: ./dev ui --contract makes it again.\n${astToString(await openapi(await answer.json()))}`;
if (option === '--check') {
  if (made === readFileSync(target, 'utf8')) process.exit(0);
  console.error('contract: src/api/generated/contract.d.ts is not what the server says; ./dev ui --contract makes it again');
  process.exit(1);
}
writeFileSync(target, made);
console.log(`contract: ${Math.round(made.length / 1024)} kB of types`);
