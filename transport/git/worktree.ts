// The working folder of one item, on the item's own branch, as it stands on the remote.
// It must never build on what a crashed attempt left behind.
import { realpath, rm } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { OncewardError } from '../errors.ts';
import { type BareClone, resolveRef } from './bare-clone.ts';

export interface Worktree {
  path: string;
  /** `onceward/<item>`. */
  branch: string;
  /** What the branch was set to: the remote head of the branch, or of the base branch. */
  startSha: string;
  /** Head of the base branch on the remote. */
  baseSha: string;
  /** Head of the item's branch on the remote; null when it is not there yet. */
  remoteSha: string | null;
}

export interface WorktreePlace {
  path: string;
  branch: string;
  baseBranch: string;
}

/** What an interrupted git leaves in its folder and then refuses to go on for. */
const INTERRUPTED = [
  'index.lock',
  'HEAD.lock',
  'rebase-merge',
  'rebase-apply',
  'sequencer',
  'BISECT_LOG',
  'BISECT_START',
];

/**
 * Puts the item's branch and folder into the state of the remote, whatever was there before.
 * Files that the repository ignores are kept: they are caches, and a gate never sees them.
 * @throws GIT_FAILED when the base branch is missing or the folder cannot be made
 */
export async function openWorktree(clone: BareClone, place: WorktreePlace): Promise<Worktree> {
  const { path, branch, baseBranch } = place;
  const remoteSha = await resolveRef(clone, `refs/remotes/origin/${branch}`);
  const baseSha = await resolveRef(clone, `refs/remotes/origin/${baseBranch}`);
  if (baseSha === null) {
    throw new OncewardError('GIT_FAILED', `the remote has no branch "${baseBranch}"`, {
      details: { baseBranch },
    });
  }
  const startSha = remoteSha ?? baseSha;
  await rm(join(clone.gitDir, `refs/heads/${branch}.lock`), { force: true });
  if (!(await isReset(clone, place, startSha))) await recreate(clone, place, startSha);
  return { path, branch, startSha, baseSha, remoteSha };
}

/** Removes the folder; the branch stays. */
export async function removeWorktree(clone: BareClone, path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
  await clone.git(['worktree', 'prune'], { cwd: clone.gitDir });
}

async function isReset(
  { git, gitDir }: BareClone,
  { path, branch }: WorktreePlace,
  startSha: string,
): Promise<boolean> {
  // The agent may have written where the folder says that it belongs: whose settings count is not its choice.
  const inside = { cwd: path, commonDir: gitDir };
  try {
    const { stdout } = await git(['rev-parse', '--absolute-git-dir'], inside);
    // The folder may have been turned into another repository, or lie inside one.
    const administered = (await realpath(gitDir)) + sep + join('worktrees', sep);
    if (!resolve(stdout).startsWith(administered)) return false;
    const { stdout: top } = await git(['rev-parse', '--show-toplevel'], inside);
    if (resolve(top) !== (await realpath(path))) return false;
    for (const name of INTERRUPTED) {
      await rm(join(stdout, name), { recursive: true, force: true });
    }
    await git(['checkout', '--quiet', '--force', '-B', branch, startSha], inside);
    await git(['reset', '--quiet', '--hard', startSha], inside);
    await git(['clean', '--quiet', '-ffd'], inside);
    return true;
  } catch {
    // Whatever the matter is, making the folder anew settles it.
    return false;
  }
}

async function recreate(
  clone: BareClone,
  { path, branch }: WorktreePlace,
  startSha: string,
): Promise<void> {
  await removeWorktree(clone, path);
  // Twice forced: also where the old folder was locked, or the branch is out in another one.
  const args = ['worktree', 'add', '--quiet', '--force', '--force', '-B', branch, path, startSha];
  await clone.git(args, { cwd: clone.gitDir });
}
