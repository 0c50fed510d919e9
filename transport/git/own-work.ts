// Tells the work that was done on a branch from what a catch-up with the base has brought in.
// It must never take the content of the base for work, nor a merge that somebody has added to for a mere catch-up.
import type { BareClone } from './bare-clone.ts';
import { isAncestor } from './commit-reading.ts';

/** Stands in the message of every merge that a catch-up makes, with the head of the base behind it. */
export const CATCH_UP_TRAILER = 'Onceward-Catch-Up';

export interface OwnWorkOptions {
  /** The head it began from; null when the branch was not there. */
  since: string | null;
  /** Head of the base branch. */
  baseSha: string;
  /** Only what changes this file. */
  path?: string;
}

/** Catch-ups that are looked into; beyond that there is work for sure. */
const MAX_CATCH_UPS = 100;
const IS_CATCH_UP = `--grep=^${CATCH_UP_TRAILER}: `;

/**
 * True when `sha` holds work since then. A commit of the base counts only on a branch that has landed whole:
 * there it may be this very work.
 * @throws GIT_FAILED when a commit is not in the clone
 */
export async function hasOwnWork(
  clone: BareClone,
  sha: string,
  { since, baseSha, path }: OwnWorkOptions,
): Promise<boolean> {
  const isLanded = since !== null && (await isAncestor(clone, sha, baseSha));
  const excluded = [...(since === null ? [] : [`^${since}`]), ...(isLanded ? [] : [`^${baseSha}`])];
  const limit = path === undefined ? [] : ['--', path];
  return holdsWork(clone, ['--first-parent', sha, ...excluded], limit);
}

/** True when `sha` holds a commit that is not in the base, other than mere catch-ups with it. */
export async function hasUnlandedWork(
  clone: BareClone,
  sha: string,
  baseSha: string,
): Promise<boolean> {
  return holdsWork(clone, [sha, `^${baseSha}`], []);
}

async function holdsWork(
  { git, gitDir }: BareClone,
  range: readonly string[],
  limit: readonly string[],
): Promise<boolean> {
  const cwd = gitDir;
  const one = ['rev-list', '--max-count=1', '--invert-grep', IS_CATCH_UP, ...range, ...limit];
  if ((await git(one, { cwd })).stdout !== '') return true;
  const count = `--max-count=${MAX_CATCH_UPS + 1}`;
  const { stdout } = await git(['rev-list', count, IS_CATCH_UP, ...range], { cwd });
  const catchUps = stdout.split('\n').filter((line) => line !== '');
  if (catchUps.length > MAX_CATCH_UPS) return true;
  for (const commit of catchUps) {
    // Empty for a merge that took every line from one side or the other.
    const show = ['diff-tree', '--cc', '--no-commit-id', '--no-ext-diff', '--no-textconv', commit];
    if ((await git([...show, ...limit], { cwd })).stdout !== '') return true;
  }
  return false;
}
