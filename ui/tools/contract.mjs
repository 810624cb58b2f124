// Makes src/api/generated/contract.d.ts from the contract of a running server: node tools/contract.mjs http://127.0.0.1:8080 [--check]
// With --check nothing is written: it fails where the file was made from another contract, or was edited since.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const target = fileURLToPath(new URL('../src/api/generated/contract.d.ts', import.meta.url));
const hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 32);

// What the pages type: bodies, parameters and answers of success. Every failure has the one shape `Error`, and examples are for people.
function needed(contract) {
  for (const path of Object.values(contract.paths)) {
    for (const operation of Object.values(path)) {
      operation.responses = Object.fromEntries(Object.entries(operation.responses ?? {}).filter(([status]) => /^[23]/.test(status)));
      for (const part of [operation.requestBody, ...Object.values(operation.responses)]) {
        for (const content of Object.values(part?.content ?? {})) {
          delete content.example;
          delete content.examples;
        }
      }
    }
  }
  return contract;
}

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
const contract = needed(await answer.json());
// Equal contracts make equal types: comparing them takes milliseconds, making them half a minute.
const from = hash(JSON.stringify(contract) + readFileSync(fileURLToPath(import.meta.url), 'utf8'));
const head = (types) => `// Made by tools/contract.mjs from GET /api/v1/openapi. Do not edit: ./dev ui --contract makes it again.\n// Contract ${from}, types ${hash(types)}\n`;
if (option === '--check') {
  const text = readFileSync(target, 'utf8');
  const types = text.split('\n').slice(2).join('\n');
  if (text === head(types) + types) process.exit(0);
  console.error('contract: src/api/generated/contract.d.ts is not what the server says; ./dev ui --contract makes it again');
  process.exit(1);
}
const { default: openapi, astToString } = await import('openapi-typescript');
const types = astToString(await openapi(contract));
writeFileSync(target, head(types) + types);
console.log(`contract: ${Math.round(types.length / 1024)} kB of types`);
