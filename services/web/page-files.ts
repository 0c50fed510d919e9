// The files of the page, read together at the first request, so that all of them are of one version.
// It must never serve what is not of the page: names are looked up among what was read, never on the disk.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PageFile {
  bytes: Uint8Array;
  contentType: string;
  /** With its quotes. */
  etag: string;
}

export interface PageFiles {
  /** By its path below the folder, with forward slashes. */
  file(path: string): Promise<PageFile | null>;
}

const FOLDER = fileURLToPath(new URL('./page/', import.meta.url));
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export function createPageFiles(folder = FOLDER): PageFiles {
  let reading: Promise<Map<string, PageFile>> | null = null;
  const files = (): Promise<Map<string, PageFile>> => {
    reading ??= readAll(folder).catch((error: unknown) => {
      reading = null;
      throw error;
    });
    return reading;
  };
  return { file: async (path) => (await files()).get(path) ?? null };
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
  const bytes = await readFile(path);
  const digest = createHash('sha256').update(bytes).digest('base64url');
  const contentType = CONTENT_TYPES[extname(path)] ?? 'application/octet-stream';
  return { bytes, contentType, etag: `"${digest.slice(0, 22)}"` };
}
