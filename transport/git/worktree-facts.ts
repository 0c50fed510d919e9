// What would be lost with a worktree: its heads, what of them is not on the remote, and files that are changed.
// It must never change the folder, nor run anything that its settings name.
import { lstat } from 'node:fs/promises';
import { type BareClone, resolveRef } from './bare-clone.ts';
import { mendSettings } from './clone-settings.ts';
import { worktreeAdministration } from './worktree.ts';

export interface WorktreeHeads {
  isPresent: boolean;
  /** Head of the folder; null when there is no folder, or it cannot be read as one of ours. */
  headSha: string | null;
  /** Head of the item's local branch; null when there is none. */
  branchSha: string | null;
}

export interface WorktreeFacts extends WorktreeHeads {
  /** Commits of either that no branch of the remote has, as of the last fetch. */
  unpushedCommits: number;
  /** Files that differ from the head or are not known to it, ignored ones left out; null when unreadable. */
  changedFiles: number | null;
}

interface Place {
  path: string;
  branch: string;
}

/** Takes a moment, however many files there are. @throws GIT_FAILED when the clone cannot be read */
export async function worktreeHeads(clone: BareClone, place: Place): Promise<WorktreeHeads> {
  const { isPresent, headSha, branchSha } = await readHeads(clone, place);
  return { isPresent, headSha, branchSha };
}

/** Looks at every file. @throws GIT_FAILED when the clone cannot be read */
export async function worktreeFacts(clone: BareClone, place: Place): Promise<WorktreeFacts> {
  const { isOurs, ...heads } = await readHeads(clone, place);
  const shas = [heads.headSha, heads.branchSha].filter((sha) => sha !== null);
  const changedFiles = isOurs ? await changedIn(clone, place.path) : heads.isPresent ? null : 0;
  return { ...heads, unpushedCommits: await unpushed(clone, shas), changedFiles };
}

async function readHeads(
  clone: BareClone,
  { path, branch }: Place,
): Promise<WorktreeHeads & { isOurs: boolean }> {
  const isPresent = await lstat(path).then(
    () => true,
    () => false,
  );
  const isCloned = await lstat(clone.gitDir).then(
    () => true,
    () => false,
  );
  if (!isCloned) return { isPresent, isOurs: false, headSha: null, branchSha: null };
  await mendSettings(clone);
  const branchSha = await resolveRef(clone, `refs/heads/${branch}`);
  const isOurs = isPresent && (await worktreeAdministration(path, clone.gitDir)) !== null;
  const headSha = isOurs ? await headIn(clone, path) : null;
  return { isPresent, isOurs, headSha, branchSha };
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
