// Makes sure that one process at a time runs a server on a store directory.
// It must never take the store from a living owner, nor leave it locked by a dead one.
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OncewardError } from '../errors.ts';
import { processMark } from './local-process.ts';

export interface StoreLock {
  /** Gives the store up. Call it after the server on it has ended. */
  release(): Promise<void>;
}

interface Owner {
  pid: number;
  mark: string;
  machine: string;
  sinceMs: number;
  isReleased: boolean;
}

const MAX_ROUNDS = 20;

/**
 * Takes the store for this process.
 *
 * Each owner adds one file, `owner/<n+1>`, after it has seen that owner n is gone; adding is
 * exclusive, the highest number is the owner, and the highest file is never removed. So of
 * several who see the same dead owner one wins, and a slow one cannot undo a later take-over.
 * @throws STORE_IN_USE
 */
export async function lockStore(stateDir: string): Promise<StoreLock> {
  const folder = join(stateDir, 'owner');
  await mkdir(folder, { recursive: true });
  const self = await thisProcess();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const number = await highest(folder);
    if (!(await isFree(stateDir, join(folder, String(number)), number))) continue;
    const mine = join(folder, String(number + 1));
    if (!(await addOwner(mine, self))) continue;
    if ((await highest(folder)) !== number + 1) continue;
    await removeBelow(folder, number + 1);
    return { release: () => replaceOwner(mine, { ...self, isReleased: true }) };
  }
  throw new OncewardError('STORE_IN_USE', `store ${stateDir} is being taken by several at once`);
}

async function thisProcess(): Promise<Owner> {
  const mark = (await processMark(process.pid)) ?? 'unknown';
  const sinceMs = Math.round(performance.timeOrigin + performance.now());
  return { pid: process.pid, mark, machine: hostname(), sinceMs, isReleased: false };
}

async function highest(folder: string): Promise<number> {
  const numbers = (await readdir(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
  return Math.max(0, ...numbers);
}

/** False means: look again, the file is gone. */
async function isFree(stateDir: string, path: string, number: number): Promise<boolean> {
  if (number === 0) return true;
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return false;
  const owner = parseOwner(text);
  if (owner === null || owner.isReleased) return true;
  // A pid of another machine says nothing here: two servers on one store would destroy it.
  const isElsewhere = owner.machine !== hostname();
  if (!isElsewhere && (await processMark(owner.pid)) !== owner.mark) return true;
  const since = new Date(owner.sinceMs).toISOString();
  const remedy = isElsewhere ? `; if that process is gone, remove ${path}` : '';
  throw new OncewardError(
    'STORE_IN_USE',
    `store ${stateDir} is in use by onceward pid ${owner.pid} on ${owner.machine} ` +
      `since ${since}${remedy}`,
    { details: { stateDir, pid: owner.pid, machine: owner.machine, since } },
  );
}

/** Files appear whole, so a broken one was left by a machine that lost power, with its owner. */
function parseOwner(text: string): Owner | null {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return null;
  }
}

async function addOwner(path: string, owner: Owner): Promise<boolean> {
  const temporary = await writeTemporary(path, owner);
  try {
    // Linking, unlike renaming, fails when the name is taken; the file appears whole.
    await link(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function replaceOwner(path: string, owner: Owner): Promise<void> {
  await rename(await writeTemporary(path, owner), path);
}

async function writeTemporary(path: string, owner: Owner): Promise<string> {
  const temporary = `${path}.${process.pid}.${performance.now()}`;
  await writeFile(temporary, JSON.stringify(owner));
  return temporary;
}

async function removeBelow(folder: string, number: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^\d+$/.test(name) && Number(name) < number) await rm(join(folder, name), { force: true });
  }
}
