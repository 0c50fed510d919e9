// The working folder of one item, on the item's own branch, as it stands on the remote and caught up with the base.
// It must never build on what a crashed attempt left behind.
import { lstat, readFile, realpath, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { OncewardError } from '../errors.ts';
import { type BareClone, resolveRef } from './bare-clone.ts';
import { type CatchUp, forwarded, mergeBase } from './catch-up.ts';
import { mendSettings } from './clone-settings.ts';

export interface Worktree {
  path: string;
  /** `onceward/<item>`. */
  branch: string;
  /**
   * What work begins from: the remote head of the branch, or of the base branch, or a local merge of both.
   * A head other than this is somebody's work.
   */
  startSha: string;
  /** Head of the base branch on the remote. */
  baseSha: string;
  /** Head of the item's branch on the remote; null when it is not there yet. */
  remoteSha: string | null;
  /** What came of catching up with the base; null where that was not asked for. */
  catchUp: CatchUp | null;
}

export interface WorktreePlace {
  path: string;
  branch: string;
  baseBranch: string;
  /** Whether the base is merged into the branch first. */
  catchUp: 'merge' | 'none';
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
  const startSha = await startOf(clone, place, { head: remoteSha ?? baseSha, baseSha });
  await mendSettings(clone);
  await rm(join(clone.gitDir, `refs/heads/${branch}.lock`), { force: true });
  if (!(await isReset(clone, place, startSha))) await recreate(clone, place, startSha);
  const heads = { path, branch, startSha, baseSha, remoteSha };
  if (place.catchUp === 'none') return { ...heads, catchUp: null };
  const { headSha, ...catchUp } = await mergeBase(clone, { ...heads, baseBranch });
  const isForwarded = remoteSha !== null && startSha !== remoteSha;
  const outcome = isForwarded ? 'merged' : catchUp.outcome;
  return { ...heads, startSha: headSha, catchUp: { ...catchUp, outcome } };
}

async function startOf(
  clone: BareClone,
  { catchUp }: WorktreePlace,
  { head, baseSha }: { head: string; baseSha: string },
): Promise<string> {
  return catchUp === 'none' ? head : forwarded(clone, { startSha: head, baseSha });
}

/** Removes the folder; the branch stays. */
export async function removeWorktree(clone: BareClone, path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
  await clone.git(['worktree', 'prune'], { cwd: clone.gitDir });
}

/** Takes note of folders that are gone, and drops a local branch that none of them has out. */
export async function forgetWorktree({ git, gitDir }: BareClone, branch: string): Promise<void> {
  if (!(await isFolder(gitDir))) return;
  await git(['worktree', 'prune', '--expire=now'], { cwd: gitDir });
  await git(['update-ref', '-d', `refs/heads/${branch}`], { cwd: gitDir });
}

/** The place where git keeps what belongs to a folder; null where that cannot be relied on. */
export function worktreeAdministration(path: string, gitDir: string): Promise<string | null> {
  return administrationOf(path, gitDir).catch(() => null);
}

async function isReset(
  { git, gitDir }: BareClone,
  { path, branch }: WorktreePlace,
  startSha: string,
): Promise<boolean> {
  // The agent may have written where the folder says that it belongs: whose settings count is not its choice.
  const inside = { cwd: path, commonDir: gitDir };
  try {
    const folder = await administrationOf(path, gitDir);
    if (folder === null) return false;
    for (const name of INTERRUPTED) {
      await rm(join(folder, name), { recursive: true, force: true });
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

/**
 * Where git keeps what belongs to this folder; null unless the folder and that place name each other, below
 * the clone. The folder may have been turned into another repository or into a link, its `.git` may name the
 * place of another item. Nothing of it is run to find out.
 */
async function administrationOf(path: string, gitDir: string): Promise<string | null> {
  const linkFile = join(path, '.git');
  const areReal = (await lstat(path)).isDirectory() && (await lstat(linkFile)).isFile();
  if (!areReal) return null;
  const named = /^gitdir: (.+)\n?$/.exec(await readFile(linkFile, 'utf8'))?.[1];
  if (named === undefined) return null;
  const folder = await realpath(resolve(path, named));
  if (dirname(folder) !== join(await realpath(gitDir), 'worktrees')) return null;
  const [back, common] = await Promise.all(
    ['gitdir', 'commondir'].map(async (name) => {
      const target = resolve(folder, (await readFile(join(folder, name), 'utf8')).trim());
      return realpath(target);
    }),
  );
  const isOurs = back === (await realpath(linkFile)) && common === (await realpath(gitDir));
  return isOurs ? folder : null;
}

function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
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
