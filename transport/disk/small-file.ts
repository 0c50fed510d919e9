// Reads and replaces small text files in a folder that others write in, too.
// It must never follow a link, wait on a pipe, or leave half of a file behind.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OncewardError } from '../errors.ts';

const MODE_DEFAULT = 0o644;
/** Names of files that are not yet in their place begin so. */
const ASIDE = '.onceward-';

export interface SmallFile {
  text: string;
  mtimeMs: number;
  mode: number;
  /** Changes whenever the file does. */
  stamp: string;
}

/** Why a file is passed over, in words. */
export interface PassedOver {
  refused: string;
}

/** Reads a regular UTF-8 file of at most `maxBytes`, byte order mark included; null when there is none. */
export async function readSmallFile(
  path: string,
  maxBytes: number,
): Promise<SmallFile | PassedOver | null> {
  // Not blocking, because opening a named pipe would otherwise wait for a writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: unknown) => errorCode(error));
  if (file === 'ENOENT') return null;
  if (typeof file === 'string') return { refused: OPENING[file] ?? `cannot be opened: ${file}` };
  try {
    const status = await file.stat({ bigint: true });
    if (!status.isFile()) return { refused: 'is no regular file' };
    if (status.size > maxBytes) {
      return { refused: `has ${status.size} bytes, more than ${maxBytes}` };
    }
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
    if (bytesRead > maxBytes) return { refused: `has more than ${maxBytes} bytes` };
    const text = decoded(buffer.subarray(0, bytesRead));
    if (text === null) return { refused: 'is not UTF-8' };
    const mtimeMs = Number(status.mtimeNs / 1_000_000n);
    return { text, mtimeMs, mode: Number(status.mode) & 0o777, stamp: stampOf(status) };
  } catch (error) {
    return { refused: `cannot be read: ${errorCode(error)}` };
  } finally {
    await file.close();
  }
}

const OPENING: Record<string, string> = {
  ELOOP: 'is a link',
  ENXIO: 'is no regular file',
  EACCES: 'may not be read',
};

/** What tells one state of a file from another without reading it; null when there is none. */
export async function fileStamp(path: string): Promise<string | null> {
  try {
    return stampOf(await lstat(path, { bigint: true }));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** When what has this name was changed last; never, when there is none. */
export async function modifiedAtMs(path: string): Promise<number> {
  return (await lstat(path).catch(() => null))?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}

/**
 * Puts a file in place in one step. `before` is what was read of it, null when there was none.
 * False, with nothing changed, when somebody else has changed it since.
 */
export async function replaceSmallFile(
  path: string,
  text: string,
  before: SmallFile | null,
): Promise<boolean> {
  const aside = join(dirname(path), `${ASIDE}${randomUUID()}.new`);
  try {
    const file = await open(aside, 'wx', before?.mode ?? MODE_DEFAULT);
    try {
      await file.writeFile(text);
      if (before !== null) await file.chmod(before.mode);
      await file.sync();
    } finally {
      await file.close();
    }
    if ((await fileStamp(path)) !== (before?.stamp ?? null)) return false;
    await rename(aside, path);
    return true;
  } finally {
    await rm(aside, { force: true });
  }
}

/** Makes a folder below one that exists. @throws PATH_REFUSED when a link or a file has its name */
export async function makeRealFolder(path: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
  if (await isRealFolder(path)) return;
  throw new OncewardError('PATH_REFUSED', `${path} is no folder`, { details: { path } });
}

/** True for a folder that is no link. */
export async function isRealFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** The code of an error of the file system, or its text. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return String(error);
}

function stampOf(status: { ino: bigint; size: bigint; mtimeNs: bigint; ctimeNs: bigint }): string {
  return `${status.ino}:${status.size}:${status.mtimeNs}:${status.ctimeNs}`;
}

// The byte order mark is kept: the file is written back as it was.
function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
