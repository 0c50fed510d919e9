// The checkouts and half-made clones that processes have left behind when they were killed.
// It must never take one whose process may be alive: the name says which that is.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isFolderMarkGone } from '../process/folder-mark.ts';

const CHECKOUT = /^checkout-(\d+\.\d+\.[0-9a-f]+)-[A-Za-z0-9]+(\.home)?$/;
const HALF_CLONE = /^\..+\.git-(\d+\.\d+\.[0-9a-f]+)-[A-Za-z0-9]+$/;

/** Absolute paths. Folders of before their names said whose they are, and of other machines, are none. */
export async function abandonedFolders(stateDir: string): Promise<string[]> {
  const checkouts = await abandonedIn(join(stateDir, 'checkouts'), CHECKOUT);
  const clones = await abandonedIn(join(stateDir, 'repositories'), HALF_CLONE);
  return [...checkouts, ...clones];
}

async function abandonedIn(folder: string, pattern: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => isFolderMarkGone(pattern.exec(name)?.[1] ?? ''))
    .map((name) => join(folder, name));
}
