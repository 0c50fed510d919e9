// The token of the page: given by the environment, or made once and kept in the state directory.
// It must never be written to a log, nor compared in a time that tells how much of it was right.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface HttpToken {
  token: string;
  /** The file it is kept in; null when the environment gave it. */
  file: string | null;
}

const FILE = 'http-token';
const TOKEN_BYTES = 32;
const TOKEN = /^[\w-]{16,256}$/;
/** Readable and writable for the owner alone. */
const PRIVATE_MODE = 0o600;

export async function httpTokenOf(
  stateDirectory: string,
  given: string | undefined,
): Promise<HttpToken> {
  if (given !== undefined) return { token: given, file: null };
  const file = join(stateDirectory, FILE);
  const token = (await readHttpToken(stateDirectory)) ?? (await makeToken(stateDirectory));
  await chmod(file, PRIVATE_MODE);
  return { token, file };
}

/** Null when none is kept there. */
export async function readHttpToken(stateDirectory: string): Promise<string | null> {
  const text = await readFile(join(stateDirectory, FILE), 'utf8').catch(() => '');
  return TOKEN.test(text.trim()) ? text.trim() : null;
}

/** Takes the same time wherever the two differ. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

export interface ReadingCookie {
  /** One for each token, so that servers of one machine, which share their cookies, do not overwrite them. */
  name: string;
  /** Follows from the token, but does not tell it: a cookie lets its bearer read, never write. */
  value: string;
}

export function readingCookie(token: string): ReadingCookie {
  const derived = (purpose: string) => createHmac('sha256', token).update(purpose).digest('hex');
  return { name: `onceward-${derived('name').slice(0, 8)}`, value: derived('reading') };
}

/** Whole or not at all: of two processes that make it at the same time, the first one's counts. */
async function makeToken(stateDirectory: string): Promise<string> {
  const path = join(stateDirectory, FILE);
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, `${token}\n`, { mode: PRIVATE_MODE });
  try {
    await link(draft, path);
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const kept = await readHttpToken(stateDirectory);
    if (kept !== null) return kept;
    // There is a file, and no token in it.
    await rename(draft, path);
    return token;
  } finally {
    await rm(draft, { force: true });
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
