// The lease of the merge queue on the remote: a ref that says whose pushes count, for one base branch.
// It must never fall back to an older token, nor be pushed twice at the same commit: git has only what moves checked.
import { OncewardError } from '../errors.ts';
import { type BareClone, NETWORK_TIMEOUT_MS } from './bare-clone.ts';

/** Where the lease stands. Both numbers are -1 where there is none yet. */
export interface Lease {
  sha: string | null;
  token: number;
  /** How often the token has pushed, from 0. */
  push: number;
}

export interface LeasePlace {
  baseBranch: string;
  signal?: AbortSignal | undefined;
}

const NO_LEASE: Lease = { sha: null, token: -1, push: -1 };
const DATE = '946684800 +0000';
const SIGNATURE = {
  GIT_AUTHOR_NAME: 'onceward',
  GIT_AUTHOR_EMAIL: 'onceward@localhost',
  GIT_AUTHOR_DATE: DATE,
  GIT_COMMITTER_NAME: 'onceward',
  GIT_COMMITTER_EMAIL: 'onceward@localhost',
  GIT_COMMITTER_DATE: DATE,
};
const MESSAGE = /\n\nHold the merge lease of (\S+)\n\nToken: (\d+)\nPush: (\d+)\n*$/;

/** The ref of the lease on a base branch. */
export function leaseRef(baseBranch: string): string {
  return `refs/onceward/merge-lease/${baseBranch}`;
}

/** The commit that stands for one push of a token: it follows from the branch and the two numbers alone. */
export async function leaseCommit(
  { git, gitDir }: BareClone,
  { baseBranch, token, push }: { baseBranch: string; token: number; push: number },
): Promise<string> {
  const tree = await git(['mktree'], { cwd: gitDir, input: '' });
  const input = `Hold the merge lease of ${baseBranch}\n\nToken: ${token}\nPush: ${push}\n`;
  const args = ['-c', 'i18n.commitEncoding=UTF-8', 'commit-tree', '-F', '-', tree.stdout];
  return (await git(args, { cwd: gitDir, input, variables: SIGNATURE })).stdout;
}

/**
 * What the commit at the ref says, fetched where the clone does not have it.
 * @throws GIT_FAILED when it is no lease of this branch, or has just moved
 */
export async function readLease(
  clone: BareClone,
  sha: string | undefined,
  place: LeasePlace,
): Promise<Lease> {
  if (sha === undefined) return NO_LEASE;
  const text = (await textOf(clone, sha)) ?? (await fetched(clone, sha, place));
  const [, branch, token, push] = MESSAGE.exec(text) ?? [];
  if (branch === place.baseBranch) return { sha, token: Number(token), push: Number(push) };
  throw new OncewardError('GIT_FAILED', `${leaseRef(place.baseBranch)} is no lease of onceward`, {
    details: { sha },
    remedy: 'see what has been pushed to that ref; delete it while no merge is under way',
  });
}

/** @throws LEASE_LOST unless the lease is this token's */
export function assertLease(lease: Lease, token: number, { baseBranch }: LeasePlace): void {
  if (lease.token === token) return;
  const found = lease.sha === null ? 'none' : `that of token ${lease.token}`;
  const message = `the merge lease of ${baseBranch} is not that of token ${token}: found ${found}`;
  throw new OncewardError('LEASE_LOST', message, {
    details: { baseBranch, token, found: lease.sha === null ? null : lease.token },
  });
}

async function fetched(
  clone: BareClone,
  sha: string,
  { baseBranch, signal }: LeasePlace,
): Promise<string> {
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', clone.url];
  const options = { cwd: clone.gitDir, timeoutMs: NETWORK_TIMEOUT_MS, signal };
  await clone.git([...args, leaseRef(baseBranch)], options);
  const text = await textOf(clone, sha);
  if (text !== null) return text;
  throw new OncewardError('GIT_FAILED', `${leaseRef(baseBranch)} moved while it was read`);
}

async function textOf({ git, gitDir }: BareClone, sha: string): Promise<string | null> {
  const asked = ['cat-file', 'commit', sha];
  const { exitCode, stdout } = await git(asked, { cwd: gitDir, acceptedCodes: [0, 128] });
  return exitCode === 0 ? stdout : null;
}
