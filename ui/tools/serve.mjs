// Serves a pack in front of a running server by the rules that the program follows: for checks in a browser.
//   node tools/serve.mjs --server http://127.0.0.1:8080 [--pack FILE] [--port 0] [--base /flows/]
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { unpack } from './pack.mjs';

export function headers(nonce) {
  return {
    'Content-Security-Policy':
      `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self'; ` +
      "connect-src 'self'; worker-src 'self'; frame-src 'self' blob:; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; " +
      "frame-ancestors 'none'; require-trusted-types-for 'script'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  };
}

function answerAsset(opened, file, incoming, outgoing) {
  const accepted = String(incoming.headers['accept-encoding'] ?? '');
  const etag = `"${file.hash}"`;
  const common = { 'Content-Type': file.type, ETag: etag, 'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache', Vary: 'Accept-Encoding', 'X-Content-Type-Options': 'nosniff' };
  if (incoming.headers['if-none-match'] === etag) return outgoing.writeHead(304, common).end();
  let body;
  if (file.raw) body = opened.read(file.raw);
  else if (/\bbr\b/.test(accepted)) [body, common['Content-Encoding']] = [opened.read(file.br), 'br'];
  else if (/\bgzip\b/.test(accepted)) [body, common['Content-Encoding']] = [opened.read(file.gz), 'gzip'];
  else body = gunzipSync(opened.read(file.gz));
  return outgoing.writeHead(200, { ...common, 'Content-Length': body.length }).end(incoming.method === 'HEAD' ? undefined : body);
}

function answerPage(opened, base, incoming, outgoing) {
  const nonce = randomBytes(16).toString('base64');
  const page = opened.files.find((file) => file.path === opened.page);
  const text = opened.read(page.raw).toString('utf8').replaceAll('@GYR_BASE@', base).replaceAll('@GYR_NONCE@', nonce).replaceAll('@GYR_CSRF@', '').replace('<!--@GYR_HEAD@-->', '');
  outgoing.writeHead(200, { 'Content-Type': page.type, 'Cache-Control': 'no-cache', 'Content-Length': Buffer.byteLength(text), ...headers(nonce) });
  outgoing.end(incoming.method === 'HEAD' ? undefined : text);
}

function proxy(server, path, incoming, outgoing, open) {
  const target = new URL(path, server);
  const out = request(target, { method: incoming.method, headers: { ...incoming.headers, host: target.host } }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
    answer.on('error', () => outgoing.destroy());
  });
  open.add(out);
  out.on('close', () => open.delete(out));
  out.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
  outgoing.on('close', () => out.destroy());
  incoming.pipe(out);
}

// `cut` ends all streams that are open, as a proxy with a time limit does; `away` refuses connections until it is called with false.
export async function serve({ server, pack, port = 0, base = '/' }) {
  const opened = unpack(readFileSync(pack));
  const assets = new Map(opened.files.map((file) => [file.path, file]));
  const streams = new Set();
  const state = { away: false };
  const listener = createServer((incoming, outgoing) => {
    const path = decodeURI(new URL(incoming.url ?? '/', 'http://x').pathname);
    if (!path.startsWith(base)) return outgoing.writeHead(404, { 'Content-Type': 'text/plain' }).end('outside the base path\n');
    const inside = path.slice(base.length);
    if (inside === '') return outgoing.writeHead(302, { Location: `${base}ui/` }).end();
    if (!inside.startsWith('ui/') && inside !== 'ui') {
      if (state.away) return incoming.socket.destroy();
      return proxy(server, `/${(incoming.url ?? '').slice(base.length)}`, incoming, outgoing, streams);
    }
    if (!['GET', 'HEAD'].includes(incoming.method ?? '')) return outgoing.writeHead(405).end();
    const file = assets.get(inside.slice('ui/'.length));
    return file && file.path !== opened.page ? answerAsset(opened, file, incoming, outgoing) : answerPage(opened, base, incoming, outgoing);
  });
  await new Promise((resolve) => listener.listen(port, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${listener.address().port}${base}`;
  return {
    address,
    cut: () => streams.forEach((stream) => stream.destroy()),
    away: (value) => { state.away = value; if (value) streams.forEach((stream) => stream.destroy()); },
    close: () => new Promise((resolve) => { listener.close(resolve); listener.closeAllConnections(); }),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name, standard) => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : standard);
  const { address } = await serve({ server: option('server', 'http://127.0.0.1:8080'), pack: option('pack', fileURLToPath(new URL('../../build/ui/ui.pack', import.meta.url))), port: Number(option('port', '0')), base: option('base', '/') });
  console.log(`ready ${address}ui/`);
}
