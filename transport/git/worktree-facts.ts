// What would be lost with a worktree: its heads, what of them is not on the remote, and files that are changed.
// It must never change the folder, nor run anything that its settings name.
import { lstat } from 'node:fs/promises';
import { type BareClone, resolveRef } from './bare-clone.ts';
import { mendSettings } from './clone-settings.ts';
import { worktreeAdministration } from './worktree.ts';

export interface WorktreeFacts {
  isPresent: boolean;
  /** Head of the folder; null when there is no folder, or it cannot be read as one of ours. */
  headSha: string | null;
  /** Head of the item's local branch; null when there is none. */
  branchSha: string | null;
  /** Commits of either that no branch of the remote has, as of the last fetch. */
  unpushedCommits: number;
  /** Files that differ from the head or are not known to it, ignored ones left out; null when unreadable. */
  changedFiles: number | null;
}

/** @throws GIT_FAILED when the clone cannot be read */
export async function worktreeFacts(
  clone: BareClone,
  { path, branch }: { path: string; branch: string },
): Promise<WorktreeFacts> {
  const isPresent = await lstat(path).then(
    () => true,
    () => false,
  );
  const isCloned = await lstat(clone.gitDir).then(
    () => true,
    () => false,
  );
  if (!isCloned) {
    const nothing = { headSha: null, branchSha: null, unpushedCommits: 0 };
    return { isPresent, ...nothing, changedFiles: isPresent ? null : 0 };
  }
  await mendSettings(clone);
  const branchSha = await resolveRef(clone, `refs/heads/${branch}`);
  const isOurs = isPresent && (await worktreeAdministration(path, clone.gitDir)) !== null;
  const headSha = isOurs ? await headIn(clone, path) : null;
  const heads = [headSha, branchSha].filter((sha) => sha !== null);
  const changedFiles = isOurs ? await changedIn(clone, path) : isPresent ? null : 0;
  return {
    isPresent,
    headSha,
    branchSha,
    unpushedCommits: await unpushed(clone, heads),
    changedFiles,
  };
}

async function headIn({ git, gitDir }: BareClone, path: string): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'];
  const { exitCode, stdout } = await git(args, {
    cwd: path,
    commonDir: gitDir,
    acceptedCodes: [0, 1, 128],
  });
  return exitCode === 0 ? stdout : null;
}

async function changedIn({ git, gitDir }: BareClone, path: string): Promise<number | null> {
  const args = ['status', '--porcelain', '--untracked-files=all', '--no-renames', '-z'];
  const { exitCode, stdout } = await git(args, {
    cwd: path,
    commonDir: gitDir,
    acceptedCodes: [0, 128],
  });
  return exitCode === 0 ? stdout.split('\0').filter((line) => line !== '').length : null;
}

async function unpushed({ git, gitDir }: BareClone, heads: readonly string[]): Promise<number> {
  if (heads.length === 0) return 0;
  const args = ['rev-list', '--count', ...heads, '--not', '--remotes=origin'];
  return Number((await git(args, { cwd: gitDir })).stdout);
}
