// Brings an item's branch up to date with its base before work begins, in the item's working folder.
// It must never leave a half-made merge behind, nor push anything.
import { type BareClone, resolveRef } from './bare-clone.ts';
import { isAncestor } from './commit-reading.ts';
import { CATCH_UP_TRAILER } from './own-work.ts';

/**
 * `current`: the base was in the branch already. `merged`: it is now, by a merge commit, or because the branch
 * was part of the base and was moved forward. `conflict`: it is not; the branch is as it was.
 */
export interface CatchUp {
  outcome: 'merged' | 'current' | 'conflict';
  /** Paths that conflict, in git's order, at most 100; none where the two have no commit in common. */
  conflicts: string[];
  /** How many there are. */
  conflictCount: number;
  /** Head of the base branch on the remote. */
  baseSha: string;
}

export interface CatchUpPlace {
  path: string;
  branch: string;
  baseBranch: string;
  /** Head of the item's branch, which the folder is set to. */
  startSha: string;
  baseSha: string;
}

const MAX_CONFLICTS = 100;
/** A merge of very many files, in milliseconds. */
const MERGE_TIMEOUT_MS = 300_000;

// What the user of this machine has set must not stop a merge that nobody watches.
const SETTINGS = ['rerere.enabled=false', 'merge.verifySignatures=false', 'merge.autoStash=false'];
const OPTIONS = ['--quiet', '--no-edit', '--no-ff', '--no-verify', '--no-gpg-sign', '--no-log'];

/** Where a branch begins before any merge: at the base, once all of it has landed there. */
export async function forwarded(
  clone: BareClone,
  { startSha, baseSha }: Pick<CatchUpPlace, 'startSha' | 'baseSha'>,
): Promise<string> {
  return (await isAncestor(clone, startSha, baseSha)) ? baseSha : startSha;
}

/**
 * Merges the base into the branch unless it is part of it.
 * @returns what came of it, and the head the folder is at now
 * @throws GIT_FAILED when git cannot merge for another reason than a conflict
 */
export async function mergeBase(
  clone: BareClone,
  place: CatchUpPlace,
): Promise<CatchUp & { headSha: string }> {
  const { startSha, baseSha } = place;
  const nothing = { conflicts: [], conflictCount: 0, baseSha, headSha: startSha };
  if (await isAncestor(clone, baseSha, startSha)) return { outcome: 'current', ...nothing };
  if (!(await isRelated(clone, place))) return { outcome: 'conflict', ...nothing };
  const conflicts = await merge(clone, place);
  if (conflicts !== null) {
    const conflictCount = conflicts.length;
    const shown = conflicts.slice(0, MAX_CONFLICTS);
    return { ...nothing, outcome: 'conflict', conflicts: shown, conflictCount };
  }
  const headSha = await resolveRef(clone, `refs/heads/${place.branch}`);
  return { ...nothing, outcome: 'merged', headSha: headSha ?? startSha };
}

/** The paths that conflict, with the folder as it was; null when the merge is made. */
async function merge(clone: BareClone, place: CatchUpPlace): Promise<string[] | null> {
  const { path, branch, baseBranch, startSha, baseSha } = place;
  const message = `Merge ${baseBranch} into ${branch}\n\n${CATCH_UP_TRAILER}: ${baseSha}`;
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  const args = [...settings, 'merge', ...OPTIONS, '-m', message, baseSha];
  const variables = await signatureOf(clone, place);
  // Whose settings count is not the choice of an agent that had the folder before.
  const inside = { cwd: path, commonDir: clone.gitDir };
  const limits = { acceptedCodes: [0, 1], timeoutMs: MERGE_TIMEOUT_MS };
  const { exitCode } = await clone.git(args, { ...inside, ...limits, variables });
  if (exitCode === 0) return null;
  const unmerged = ['diff', '--name-only', '--diff-filter=U', '-z'];
  const { stdout } = await clone.git(unmerged, inside);
  await clone.git(['reset', '--quiet', '--hard', startSha], inside);
  await clone.git(['clean', '--quiet', '-ffd'], inside);
  return stdout.split('\0').filter((name) => name !== '');
}

// The same merge is the same commit, whoever makes it and however often: a stage that pushes nothing has the
// next one begin where it began.
async function signatureOf(
  { git, gitDir }: BareClone,
  { startSha, baseSha }: CatchUpPlace,
): Promise<Record<string, string>> {
  const dates = ['show', '--no-patch', '--format=%ct', startSha, baseSha];
  const { stdout } = await git(dates, { cwd: gitDir });
  const date = `${Math.max(...stdout.split('\n').map(Number))} +0000`;
  return {
    GIT_AUTHOR_NAME: 'onceward',
    GIT_AUTHOR_EMAIL: 'onceward@localhost',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'onceward',
    GIT_COMMITTER_EMAIL: 'onceward@localhost',
    GIT_COMMITTER_DATE: date,
  };
}

async function isRelated(
  { git, gitDir }: BareClone,
  { startSha, baseSha }: CatchUpPlace,
): Promise<boolean> {
  const options = { cwd: gitDir, acceptedCodes: [0, 1] };
  return (await git(['merge-base', startSha, baseSha], options)).exitCode === 0;
}
