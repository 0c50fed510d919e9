// Makes sure that a path below our own folder really lies there: no link on the way leads elsewhere.
// It must never follow one, not even to look.
import { lstat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { OncewardError } from '../errors.ts';

/**
 * Checks every folder between `root` and `path`; `path` itself may be anything or nothing.
 * @throws PATH_REFUSED when one of them is a link or a file
 */
export async function assertOwnFolders(root: string, path: string): Promise<void> {
  const base = resolve(root);
  const names = relative(base, dirname(resolve(path))).split(sep);
  let folder = base;
  for (const name of names.filter((part) => part !== '')) {
    folder = resolve(folder, name);
    const kind = await kindOf(folder);
    if (kind === 'absent') return;
    if (kind === 'folder') continue;
    const message = `${folder} is no folder, but ${kind}: nothing is read, written or removed through it`;
    throw new OncewardError('PATH_REFUSED', message, { details: { path: folder } });
  }
}

async function kindOf(path: string): Promise<'folder' | 'a link' | 'a file' | 'absent'> {
  try {
    const status = await lstat(path);
    if (status.isSymbolicLink()) return 'a link';
    return status.isDirectory() ? 'folder' : 'a file';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'absent';
    throw error;
  }
}
