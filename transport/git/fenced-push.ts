// Pushes several refs at once, and the lease with them: the remote takes all of it or nothing.
// It must never push what the remote would not compare with what was read before.
import { OncewardError } from '../errors.ts';
import { type BareClone, NETWORK_TIMEOUT_MS } from './bare-clone.ts';
import { mendSettings } from './clone-settings.ts';
import { type Lease, leaseCommit, leaseRef } from './merge-lease.ts';

/** One ref from exactly one commit to another; `from` null where it must not be there yet. */
export interface Move {
  ref: string;
  from: string | null;
  to: string;
}

export interface FencedPush {
  baseBranch: string;
  /** Where the lease stands now, and the token that it is moved to. */
  lease: Lease;
  token: number;
  moves: readonly Move[];
  signal?: AbortSignal | undefined;
}

// What the user of this machine has set must neither add to a push nor stop it.
const OPTIONS = ['--quiet', '--no-verify', '--no-signed', '--no-follow-tags'];
const COMMIT = /^[0-9a-f]{40,64}$/;

/**
 * @returns null, or why it may not have come about: the answer may be lost, so what the remote holds decides
 * @throws GIT_FAILED before anything is pushed
 */
export async function pushFenced(clone: BareClone, push: FencedPush): Promise<Error | null> {
  const { baseBranch, lease, token, signal } = push;
  const isSameToken = lease.token === token;
  // A ref that stays where it is is not sent, and so not compared: the lease moves with every push.
  const next = { baseBranch, token, push: isSameToken ? lease.push + 1 : 0 };
  const to = await leaseCommit(clone, next);
  const moves = [...push.moves, { ref: leaseRef(baseBranch), from: lease.sha, to }];
  for (const move of moves) assertCommits(move);
  const leases = moves.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ''}`);
  const refspecs = moves.map((move) => `${move.to}:${move.ref}`);
  const args = ['push', '--atomic', ...OPTIONS, ...leases, clone.url, ...refspecs];
  const options = { cwd: clone.gitDir, timeoutMs: NETWORK_TIMEOUT_MS, signal };
  // An agent has had the settings since they were last mended: they could lead the push elsewhere.
  await clone.mutex(() => mendSettings(clone));
  return clone.git(args, options).then(() => null, explained);
}

/** The commits that these refs of the remote point at; those that are not there are left out. */
export async function readRefs(
  { git, gitDir, url }: BareClone,
  refs: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const options = { cwd: gitDir, timeoutMs: NETWORK_TIMEOUT_MS, signal };
  const { stdout } = await git(['ls-remote', url, ...refs], options);
  const lines = stdout.split('\n').map((line) => line.split('\t'));
  // The pattern also matches refs that merely end like ours.
  return new Map(lines.flatMap(([sha = '', ref = '']) => (refs.includes(ref) ? [[ref, sha]] : [])));
}

// An empty name before the colon would delete the ref.
function assertCommits({ ref, from, to }: Move): void {
  if (COMMIT.test(to) && (from === null || COMMIT.test(from))) return;
  throw new OncewardError('GIT_FAILED', `${ref} cannot be moved from "${from}" to "${to}"`);
}

function explained(error: Error): Error {
  if (!error.message.includes('does not support --atomic push')) return error;
  return new OncewardError(
    'GIT_FAILED',
    'the remote takes no atomic pushes, which a landing needs',
    {
      cause: error,
      details: { isAtomicMissing: true },
      remedy: 'allow them on the remote (receive.advertiseAtomic), or use no stage of kind merge',
    },
  );
}
