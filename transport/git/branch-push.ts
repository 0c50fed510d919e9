// Publishes the item's branch and proves it by reading it back.
// It must never move a remote branch past a commit that somebody else put there.
import { OncewardError } from '../errors.ts';
import { type BareClone, NETWORK_TIMEOUT_MS, resolveRef } from './bare-clone.ts';
import { mendSettings } from './clone-settings.ts';
import { isAncestor } from './commit-reading.ts';

export interface PushOptions {
  branch: string;
  /** The remote head the work began from: it may be replaced, even by a rewritten history. */
  expectedSha: string | null;
  signal?: AbortSignal | undefined;
}

export interface Pushed {
  sha: string;
  /** True when the remote had the commit already. */
  isRepeat: boolean;
}

/**
 * Pushes the local head of a branch. Repeating it is harmless.
 * @throws GIT_FAILED when the remote refuses, is unreachable, or holds work that is not ours
 */
export async function pushBranch(clone: BareClone, options: PushOptions): Promise<Pushed> {
  const { branch } = options;
  const sha = await resolveRef(clone, `refs/heads/${branch}`);
  if (sha === null) throw new OncewardError('GIT_FAILED', `there is no local branch "${branch}"`);
  // An agent has had the settings since they were last mended: they could lead the push elsewhere.
  await clone.mutex(() => mendSettings(clone));
  const found = await readRemote(clone, options);
  const isRepeat = found === sha;
  if (!isRepeat) await push(clone, { ...options, sha, found });
  await clone.mutex(() =>
    clone.git(['update-ref', `refs/remotes/origin/${branch}`, sha], { cwd: clone.gitDir }),
  );
  return { sha, isRepeat };
}

async function push(
  clone: BareClone,
  options: PushOptions & { sha: string; found: string | null },
): Promise<void> {
  const { branch, sha, found, expectedSha, signal } = options;
  const isOurs = found === null || found === expectedSha || (await isAncestor(clone, found, sha));
  if (!isOurs) throw moved(branch, expectedSha, found);
  const ref = `refs/heads/${branch}`;
  const lease = `--force-with-lease=${ref}:${found ?? ''}`;
  const args = ['push', '--quiet', '--no-verify', lease, clone.url, `${sha}:${ref}`];
  const failure = await clone
    .git(args, { cwd: clone.gitDir, timeoutMs: NETWORK_TIMEOUT_MS, signal })
    .then(
      () => null,
      (error: unknown) => error,
    );
  // The answer may have been lost on its way back: what the remote holds decides, not the exit code.
  const after = await readRemote(clone, options).catch((error: unknown) => {
    throw failure ?? error;
  });
  if (after === sha) return;
  throw failure ?? moved(branch, sha, after);
}

async function readRemote(
  { git, gitDir, url }: BareClone,
  { branch, signal }: PushOptions,
): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  const { stdout } = await git(['ls-remote', url, ref], {
    cwd: gitDir,
    timeoutMs: NETWORK_TIMEOUT_MS,
    signal,
  });
  // The pattern also matches refs that merely end like ours.
  const line = stdout.split('\n').find((candidate) => candidate.endsWith(`\t${ref}`));
  return line?.split('\t')[0] ?? null;
}

function moved(branch: string, expected: string | null, found: string | null): OncewardError {
  return new OncewardError(
    'GIT_FAILED',
    `remote branch ${branch} moved: expected ${expected ?? 'none'}, found ${found ?? 'none'}`,
    { details: { branch, expected, found } },
  );
}
