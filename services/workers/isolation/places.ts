// What the commands of a stage may touch when they are kept apart: the worktree and what belongs to it.
// It must never let what the worker's own git obeys be written: the settings and the hooks of the clone.
import { join } from 'node:path';
import type { Repository } from '../../../transport/git/repository.ts';
import type { Workspace } from '../workspace.ts';
import type { Place } from './entering.ts';

/** For the command of a stage. A worktree keeps its history in the clone, which therefore is writable. */
export function worktreePlace(
  { worktree, paths, environment }: Workspace,
  { gitDir }: Pick<Repository, 'gitDir'>,
): Place {
  return {
    folder: worktree.path,
    writable: [worktree.path, paths.runFolder, paths.homeFolder, gitDir],
    readOnly: [join(gitDir, 'config'), join(gitDir, 'hooks')],
    environment,
  };
}

/** For the command of a gate. Its checkout borrows objects from the clone, and writes nothing there. */
export function checkoutPlace({
  checkout,
  homeFolder,
  environment,
  repository: { gitDir },
}: {
  checkout: string;
  homeFolder: string;
  environment: Place['environment'];
  repository: Pick<Repository, 'gitDir'>;
}): Place {
  return { folder: checkout, writable: [checkout, homeFolder], readOnly: [gitDir], environment };
}
