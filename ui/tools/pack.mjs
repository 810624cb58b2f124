// Writes build/ui/ui.pack from dist/: every asset once as brotli and once as gzip, behind an index. README.md describes the format.
// The same files give the same bytes: files are sorted, no time and no path of the machine is written.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const types = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

function files(folder, prefix = '') {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => (statSync(`${folder}/${name}`).isDirectory() ? files(`${folder}/${name}`, `${prefix}${name}/`) : [prefix + name]));
}

// The page's own addresses: relative ones would depend on the address at which the page is opened.
export function page(html) {
  return html.replaceAll(/(href|src)="\.\//g, '$1="@GYR_BASE@ui/').replaceAll(/>\s*\n\s*</g, '>\n<');
}

export function pack(folder) {
  const index = [];
  const blobs = [];
  let offset = 0;
  const add = (bytes) => {
    const place = [offset, bytes.length];
    blobs.push(bytes);
    offset += bytes.length;
    return place;
  };
  for (const path of files(folder)) {
    const type = types[path.slice(path.lastIndexOf('.') + 1)];
    if (type === undefined) throw new Error(`dist/${path}: no media type is known for this kind of file`);
    const isPage = path === 'index.html';
    const raw = isPage ? Buffer.from(page(readFileSync(`${folder}/${path}`, 'utf8'))) : readFileSync(`${folder}/${path}`);
    const entry = { path, type, hash: createHash('sha256').update(raw).digest('hex').slice(0, 32), size: raw.length, immutable: path.startsWith('assets/') };
    if (isPage || type === 'font/woff2') {
      entry.raw = add(raw);
    } else {
      entry.br = add(brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } }));
      const zipped = gzipSync(raw, { level: 9 });
      zipped[9] = 255; // the system that made it: unknown, so that every system writes the same byte
      entry.gz = add(zipped);
    }
    index.push(entry);
  }
  const text = Buffer.from(JSON.stringify({ version: 1, page: 'index.html', files: index }));
  const head = Buffer.alloc(16);
  head.write('GYRUIPCK', 0, 'latin1');
  head.writeUInt32LE(1, 8);
  head.writeUInt32LE(text.length, 12);
  const padding = Buffer.alloc((8 - (text.length % 8)) % 8);
  return { bytes: Buffer.concat([head, text, padding, ...blobs]), index };
}

export function unpack(bytes) {
  if (bytes.toString('latin1', 0, 8) !== 'GYRUIPCK' || bytes.readUInt32LE(8) !== 1) throw new Error('this is not a pack of pages of version 1');
  const length = bytes.readUInt32LE(12);
  const index = JSON.parse(bytes.toString('utf8', 16, 16 + length));
  const data = 16 + length + ((8 - (length % 8)) % 8);
  return { ...index, read: ([offset, size]) => bytes.subarray(data + offset, data + offset + size) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const target = process.argv[2] ?? `${root}build/ui/ui.pack`;
  const { bytes, index } = pack(`${root}ui/dist`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(`${target}.new`, bytes);
  renameSync(`${target}.new`, target);
  console.log(`pack: ${index.length} files, ${Math.round(bytes.length / 1024)} kB in build/ui/ui.pack`);
}
