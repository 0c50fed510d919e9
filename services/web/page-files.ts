// The files of the page, read together at the first request, so that all of them are of one version.
// It must never serve what is not of the page: names are looked up among what was read, never on the disk.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHELL_VIEWS, shellFor } from './page-shell.ts';

export interface PageFile {
  bytes: Uint8Array;
  contentType: string;
  /** With its quotes. */
  etag: string;
}

export interface PageFiles {
  /** By its path below the folder, with forward slashes. */
  file(path: string): Promise<PageFile | null>;
  /** What is served under the address of a view, by its pattern. */
  shell(pattern: string): Promise<PageFile | null>;
}

/** Without what is only loaded for one view. */
export const SHELL = 'index.html';
const FOLDER = fileURLToPath(new URL('./page/', import.meta.url));
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export function createPageFiles(folder = FOLDER): PageFiles {
  let reading: Promise<Read> | null = null;
  const read = (): Promise<Read> => {
    reading ??= readPage(folder).catch((error: unknown) => {
      reading = null;
      throw error;
    });
    return reading;
  };
  return {
    file: async (path) => (await read()).files.get(path) ?? null,
    shell: async (pattern) => (await read()).shells.get(pattern) ?? null,
  };
}

interface Read {
  files: ReadonlyMap<string, PageFile>;
  shells: ReadonlyMap<string, PageFile>;
}

async function readPage(folder: string): Promise<Read> {
  const files = await readAll(folder);
  const text = (name: string) => {
    const bytes = files.get(name)?.bytes;
    return bytes && Buffer.from(bytes).toString('utf8');
  };
  const shell = text(SHELL) ?? '';
  const shells = Object.entries(SHELL_VIEWS).map(([pattern, view]): [string, PageFile] => [
    pattern,
    pageFile(Buffer.from(shellFor(shell, view, text)), SHELL),
  ]);
  return { files, shells: new Map(shells) };
}

async function readAll(folder: string): Promise<Map<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && CONTENT_TYPES[extname(entry.name)] !== undefined)
    .map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(paths.map(async (path) => [path, await readOne(path)] as const));
  return new Map(
    files.map(([path, file]) => [relative(folder, path).split(sep).join('/'), file] as const),
  );
}

async function readOne(path: string): Promise<PageFile> {
  return pageFile(await readFile(path), path);
}

function pageFile(bytes: Uint8Array, path: string): PageFile {
  const digest = createHash('sha256').update(bytes).digest('base64url');
  const contentType = CONTENT_TYPES[extname(path)] ?? 'application/octet-stream';
  return { bytes, contentType, etag: `"${digest.slice(0, 22)}"` };
}
