// Removes folders below the state directory in two steps: moved aside at once, then taken apart.
// It must never leave half of a folder in its old place, nor reach anything through a link.
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { assertOwnFolders } from '../git/own-folders.ts';

/**
 * Moves a path out of the way, and then removes it. A crash in between leaves it condemned, for
 * `removeCondemned`. A path that is not there is none; a link is removed itself.
 * @throws PATH_REFUSED below a link; errors of the file system
 */
export async function condemn(stateDir: string, path: string): Promise<void> {
  await assertOwnFolders(stateDir, path);
  const folder = await condemnedFolder(stateDir);
  const name = relative(resolve(stateDir), resolve(path)).split(sep).join('+');
  const aside = join(folder, name);
  // One of this name is left from before: it was condemned as well.
  await removed(aside);
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await removed(aside);
}

/** Removes what a crash has left condemned. Resolves with how many there were. */
export async function removeCondemned(stateDir: string): Promise<number> {
  const folder = await condemnedFolder(stateDir);
  const names = await readdir(folder);
  for (const name of names) await removed(join(folder, name));
  return names.length;
}

async function condemnedFolder(stateDir: string): Promise<string> {
  const folder = join(resolve(stateDir), 'condemned');
  await assertOwnFolders(stateDir, join(folder, 'any'));
  await mkdir(folder, { recursive: true });
  return folder;
}

function removed(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}
