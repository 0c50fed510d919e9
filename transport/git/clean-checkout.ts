// A throw-away folder with exactly the files of one commit.
// It must never write into the clone it draws from.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolderMark } from '../process/folder-mark.ts';
import type { BareClone } from './bare-clone.ts';

export interface CleanCheckout {
  path: string;
  /** Removes the folder. Repeating it is harmless. */
  dispose(): Promise<void>;
}

/**
 * Checks a commit out into a new folder below `parent`, as a repository of its own that borrows
 * the clone's objects and knows the remote's branches, but not how to reach the remote.
 * @throws GIT_FAILED when the commit is not in the clone
 */
export async function makeCleanCheckout(
  { git, gitDir }: BareClone,
  parent: string,
  sha: string,
): Promise<CleanCheckout> {
  await mkdir(parent, { recursive: true });
  const path = await mkdtemp(join(parent, `checkout-${ownFolderMark()}-`));
  const dispose = () => rm(path, { recursive: true, force: true, maxRetries: 3 });
  try {
    await git(['init', '--quiet', path]);
    const borrowed = join(path, '.git', 'objects', 'info', 'alternates');
    await writeFile(borrowed, `${join(gitDir, 'objects')}\n`);
    const branches = '+refs/remotes/origin/*:refs/remotes/origin/*';
    await git(['fetch', '--quiet', '--no-tags', gitDir, branches], { cwd: path });
    await git(['checkout', '--quiet', '--detach', sha], { cwd: path });
  } catch (error) {
    await dispose();
    throw error;
  }
  return { path, dispose };
}
