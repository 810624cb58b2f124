// Paths of files of a namespace. Pure.
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const under = (path: string, root: string): boolean => path === root || path.startsWith(`${root}/`);
// Where a path is after `from`, a file or a folder, became `to`.
export const movedTo = (path: string, from: string, to: string): string => (under(path, from) ? to + path.slice(from.length) : path);
export const joined = (folder: string, name: string): string => `${folder.replace(/\/+$/, '')}/${name.replace(/^\/+/, '')}`;

// What is wrong with a name that somebody typed.
export function nameProblem(name: string, others: readonly string[]): 'empty' | 'slash' | 'dots' | 'taken' | undefined {
  const text = name.trim();
  if (text === '') return 'empty';
  if (text.includes('\\') || text.startsWith('/') || text.endsWith('/')) return 'slash';
  if (text.split('/').some((part) => part === '..' || part === '.' || part === '')) return 'dots';
  return others.includes(text) ? 'taken' : undefined;
}

const images = ['png', 'jpg', 'jpeg', 'gif', 'webp', 'svg', 'avif'];
const binaries = ['zip', 'gz', 'tar', 'jar', 'pdf', 'parquet', 'avro', 'xlsx', 'xls', 'docx', 'bin', 'exe', 'so', 'whl', 'woff2', 'ico', 'mp4', 'mp3', 'class', '7z', 'bz2', 'xz', 'zst'];
const mostText = 1_000_000;
export type Look = 'text' | 'image' | 'binary' | 'large';

export function lookOf(path: string, size: number): Look {
  const ending = nameOf(path).split('.').pop()?.toLowerCase() ?? '';
  if (images.includes(ending)) return 'image';
  if (binaries.includes(ending)) return 'binary';
  return size > mostText ? 'large' : 'text';
}

export const bytes = (size: number): string => (size < 1024 ? `${size} B` : size < 1024 ** 2 ? `${(size / 1024).toFixed(1)} kB` : size < 1024 ** 3 ? `${(size / 1024 ** 2).toFixed(1)} MB` : `${(size / 1024 ** 3).toFixed(1)} GB`);
