// What a discard of an item's folders would lose, read from the worktree and the remote.
// It must never change anything: whoever asks may still decide not to.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskUsage } from '../../transport/disk/disk-usage.ts';
import { containedPath } from '../../transport/git/contained-path.ts';
import type { Repository } from '../../transport/git/repository.ts';

export interface WorkspaceLoss {
  hasWorktree: boolean;
  hasRuns: boolean;
  /** Head of the worktree, or of the local branch where the worktree cannot be read; null without either. */
  headSha: string | null;
  /** Commits that no branch of the remote has. */
  unpushedCommits: number;
  /** Null when the worktree cannot be read. */
  changedFiles: number | null;
  bytes: number;
  /** Why the remote could not be read; the commits are then counted against what was last known of it. */
  remoteProblem: string | null;
}

export async function readLoss(
  stateDirectory: string,
  { project, item }: { project: string; item: string },
  repository: Repository,
): Promise<WorkspaceLoss> {
  const runs = containedPath(join(stateDirectory, 'runs'), project, item);
  const worktree = repository.worktreePath(item);
  const [hasWorktree, hasRuns] = await Promise.all([isThere(worktree), isThere(runs)]);
  const remoteProblem = hasWorktree ? await fetchProblem(repository) : null;
  const facts = await repository.worktreeFacts(item);
  const usage = await Promise.all([diskUsage(worktree), diskUsage(runs)]);
  return {
    ...{ hasWorktree, hasRuns, remoteProblem },
    headSha: facts.headSha ?? facts.branchSha,
    unpushedCommits: facts.unpushedCommits,
    changedFiles: facts.changedFiles,
    bytes: usage.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function fetchProblem(repository: Repository): Promise<string | null> {
  return repository.fetch().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
