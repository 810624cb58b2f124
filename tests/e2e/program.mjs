// Starts what a file of checks needs: the release program with its pages on its own data, a proxy in front of it, a browser. Each is ended by
// its id. GYR_PACK names other pages than those in the program.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, mkdirSync, createWriteStream, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { proxy } from './proxy.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const load = createRequire(join(root, 'ui/package.json'));
const { chromium } = load('playwright-core');
export const axePath = load.resolve('axe-core/axe.min.js');

const program = process.env.GYR_PROGRAM ?? join(root, 'build/release/gyr');
const pack = process.env.GYR_PACK;
const logs = process.env.GYR_E2E_LOGS ?? join(root, 'build/test-logs/e2e');
const readyWithin = 30_000;

async function startServer(data, log, { base, more, login }, port = 0) {
  const configuration = join(data, 'configuration.yaml');
  const account = login?.username ? `kestra: {server: {basic-auth: {username: '${login.username}', password: '${login.password}'}}}\n` : '';
  writeFileSync(configuration, `micronaut: {server: {context-path: '${base}'}}\nendpoints: {all: {port: 0}}\n${account}${more}`);
  const words = ['--config', configuration, 'server', login ? 'standalone' : 'local', '--port', String(port), '--data', data, ...(pack ? ['--ui', pack] : [])];
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], cwd: data, env: { ...process.env, NO_COLOR: '1' } });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const address = await new Promise((resolve, reject) => {
    let text = '';
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the server was not ready within ${readyWithin} ms:\n${text}`));
    }, readyWithin);
    const read = (part) => {
      text += part;
      const found = /ready (http:\/\/\S+)/.exec(text)?.[1];
      if (!found) return;
      clearTimeout(late);
      resolve(found.replace(/\/$/, ''));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${text}`)));
    child.once('error', reject);
  });
  return { child, address };
}

function stopped(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.once('exit', () => { clearTimeout(late); resolve(); });
    child.kill('SIGTERM');
  });
}

// `more`: further lines of the configuration. `login`: a server that asks for this user name and password; `{}`: one that has no account yet.
export async function start(file, { base = '/', more = '', login } = {}) {
  const name = basename(fileURLToPath(file), '.test.mjs');
  mkdirSync(logs, { recursive: true });
  const data = mkdtempSync(join(tmpdir(), `gyr-e2e-${name}-`));
  const log = createWriteStream(join(logs, `${name}.server.log`));
  const kind = { base, more, login };
  let server = await startServer(data, log, kind);
  const pages = await proxy(server.address);
  const browser = await chromium.launch({ executablePath: process.env.GYR_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

  const known = login?.username ? { Authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}` } : {};
  async function api(method, path, body, headers = {}) {
    const answer = await fetch(`${server.address}/api/v1/main/${path}`, { method, body, headers: { ...known, ...headers } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
    return text === '' ? undefined : JSON.parse(text);
  }
  return {
    address: `${pages.origin}${base}ui/`,
    pages,
    server: () => server.address,
    api,
    flow: (source) => api('POST', 'flows', source, { 'Content-Type': 'application/x-yaml' }),
    execute: (namespace, id, values = {}) => {
      const form = new FormData();
      form.append('_', '');
      for (const [key, value] of Object.entries(values)) form.append(key, value);
      return api('POST', `executions/${namespace}/${id}`, form);
    },
    // Until the execution is in one of the states: asked again, never longer than the limit.
    async until(id, ...states) {
      for (const begin = Date.now(); Date.now() - begin < 20_000; await new Promise((resolve) => setTimeout(resolve, 50))) {
        const execution = await api('GET', `executions/${id}`);
        if (states.includes(execution.state.current)) return execution;
      }
      throw new Error(`execution ${id} did not become ${states.join(' or ')} within 20 s`);
    },
    stopServer: () => stopped(server.child),
    async restart() {
      const port = Number(new URL(server.address).port);
      await stopped(server.child);
      server = await startServer(data, log, kind, port);
    },
    // A page in which every error, failed answer and request to another host ends the check (UI-1155).
    async page(check, { width = 1440, height = 900, theme = 'light', touch = false, allow = [] } = {}) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, timezoneId: 'Europe/Berlin', locale: 'en-GB', reducedMotion: 'reduce', hasTouch: touch, isMobile: touch });
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: pages.origin });
      await context.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      const wrong = [];
      const allowed = (text) => allow.some((pattern) => pattern.test(text));
      const note = (text) => { if (!allowed(text)) wrong.push(text); };
      page.on('console', (message) => { if (message.type() === 'error') note(`console: ${message.text()}`); });
      page.on('pageerror', (error) => note(`exception: ${error.message}`));
      page.on('response', (answer) => { if (answer.status() >= 500) note(`${answer.status()} ${answer.url()}`); });
      page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(pages.origin + base) && !/^(data|blob):/.test(url)) wrong.push(`request outside of ${pages.origin}${base}: ${url}`);
      });
      try {
        await check(page, context);
        if (wrong.length > 0) throw new Error(`the page did wrong:\n${wrong.join('\n')}`);
      } catch (error) {
        await page.screenshot({ path: join(logs, `${name}.png`) }).catch(() => undefined);
        throw wrong.length > 0 && !error.message.startsWith('the page did') ? new Error(`${error.message}\nthe page also did wrong:\n${wrong.join('\n')}`, { cause: error }) : error;
      } finally {
        await context.close();
      }
    },
    async stop() {
      await browser.close();
      await pages.close();
      await stopped(server.child);
      log.end();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
