// What is on a base branch, as of the last fetch.
// It must never take a commit that somebody else's merge has put beside the line for one that landed on it.
import { OncewardError } from '../errors.ts';
import { type BareClone, ensureClone, fetchBranches, resolveRef } from './bare-clone.ts';
import { isAncestor } from './commit-reading.ts';

/** Brings the clone up to date with the remote, making it first where needed. */
export async function refresh(clone: BareClone, signal?: AbortSignal): Promise<void> {
  await clone.mutex(async () => {
    await ensureClone(clone);
    await fetchBranches(clone, signal);
  });
}

/** @throws GIT_FAILED when the remote has no such branch */
export async function baseHead(clone: BareClone, baseBranch: string): Promise<string> {
  const baseSha = await resolveRef(clone, `refs/remotes/origin/${baseBranch}`);
  if (baseSha !== null) return baseSha;
  throw new OncewardError('GIT_FAILED', `the remote has no branch "${baseBranch}"`, {
    details: { baseBranch },
  });
}

/** True when a merge is on the first-parent line of the base, any other commit when it is in the base at all. */
export async function isHeld(clone: BareClone, sha: string, baseSha: string): Promise<boolean> {
  if (sha === baseSha) return true;
  if (!(await isAncestor(clone, sha, baseSha))) return false;
  const shown = await clone.git(['rev-list', '--no-walk', '--parents', sha], { cwd: clone.gitDir });
  const isMerge = shown.stdout.split(' ').length > 2;
  return !isMerge || isOnLine(clone, sha, baseSha);
}

/** True when a commit is on the first-parent line of another, before it. Both must be in the clone. */
export async function isOnLine(
  { git, gitDir }: BareClone,
  older: string,
  newer: string,
): Promise<boolean> {
  const args = ['rev-list', '--first-parent', '--parents', newer, `^${older}`];
  const { stdout } = await git(args, { cwd: gitDir });
  const oldest = stdout.split('\n').at(-1) ?? '';
  return oldest.split(' ')[1] === older;
}

/** The tree of a commit; null when the clone does not have it. */
export async function treeOf({ git, gitDir }: BareClone, sha: string): Promise<string | null> {
  const asked = ['rev-parse', '--verify', '--quiet', `${sha}^{tree}`];
  const { exitCode, stdout } = await git(asked, { cwd: gitDir, acceptedCodes: [0, 1, 128] });
  return exitCode === 0 ? stdout : null;
}
