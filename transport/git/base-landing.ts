// Moves a base branch from the commit that a candidate was tested on to the candidate.
// It must never move it another way: neither back, nor past what somebody else has put there, nor without the lease.
import { OncewardError } from '../errors.ts';
import { type BareClone, resolveRef } from './bare-clone.ts';
import { baseHead, isHeld, isOnLine, refresh } from './base-line.ts';
import { isAncestor } from './commit-reading.ts';
import { type Move, pushFenced, readRefs } from './fenced-push.ts';
import { assertLease, type Lease, leaseRef, readLease } from './merge-lease.ts';

export interface LandOptions {
  token: number;
  /** Head of the base that the candidate was made on. */
  baseSha: string;
  /** The candidate. The clone must hold it, or the remote at `onceward-merge/<base>`. */
  sha: string;
  /** Branches of items that a rebase has rewritten. */
  branches?: readonly { item: string; fromSha: string; toSha: string }[];
  signal?: AbortSignal;
}

interface Landed {
  baseBranch: string;
  branchOf(item: string): string;
}

type Outcome = 'landed' | 'base-moved';

/** @throws LEASE_LOST, GIT_FAILED */
export async function land(
  clone: BareClone,
  place: Landed,
  options: LandOptions,
): Promise<Outcome> {
  const before = await look(clone, place, options);
  if (before.outcome !== null) return before.outcome;
  await assertForward(clone, options);
  const { baseBranch } = place;
  const { token, signal } = options;
  const moves = movesOf(place, options);
  const push = { baseBranch, lease: before.lease, token, moves, signal };
  const failure = await pushFenced(clone, push);
  if (failure === null) {
    await follow(clone, moves);
    return 'landed';
  }
  // The answer may have been lost on its way back: what the remote holds decides.
  const after = await look(clone, place, options).catch((error: unknown) => {
    throw error instanceof OncewardError && error.code === 'LEASE_LOST' ? error : failure;
  });
  if (after.outcome !== null) return after.outcome;
  throw failure;
}

/** Null while the base is where the candidate was made and the lease is ours: what a landing needs. */
async function look(
  clone: BareClone,
  { baseBranch }: Landed,
  { token, sha, baseSha, signal }: LandOptions,
): Promise<{ outcome: Outcome | null; lease: Lease }> {
  const base = `refs/heads/${baseBranch}`;
  const refs = await readRefs(clone, [base, leaseRef(baseBranch)], signal);
  const place = { baseBranch, signal };
  const lease = await readLease(clone, refs.get(leaseRef(baseBranch)), place);
  const isWhereItWas = refs.get(base) === baseSha;
  if (!isWhereItWas) {
    await refresh(clone, signal);
    // What has landed has landed, whoever holds the lease by now.
    const head = await baseHead(clone, baseBranch);
    if (await isHeld(clone, sha, head)) return { outcome: 'landed', lease };
  }
  assertLease(lease, token, place);
  return { outcome: isWhereItWas ? null : 'base-moved', lease };
}

async function assertForward(
  clone: BareClone,
  { sha, baseSha, signal }: LandOptions,
): Promise<void> {
  if ((await resolveRef(clone, sha)) === null) await refresh(clone, signal);
  const isKnown = await isAncestor(clone, baseSha, sha);
  if (isKnown && (await isOnLine(clone, baseSha, sha))) return;
  const message = `${sha} does not follow ${baseSha} on its first-parent line in this clone`;
  throw new OncewardError('GIT_FAILED', message, {
    details: { sha, baseSha },
    remedy: 'prepare the candidate again: the same base, heads and titles give the same commit',
  });
}

function movesOf(
  { baseBranch, branchOf }: Landed,
  { baseSha, sha, branches = [] }: LandOptions,
): Move[] {
  const base = { ref: `refs/heads/${baseBranch}`, from: baseSha, to: sha };
  const items = branches
    .filter(({ fromSha, toSha }) => fromSha !== toSha)
    .map(({ item, fromSha, toSha }) => ({
      ref: `refs/heads/${branchOf(item)}`,
      from: fromSha,
      to: toSha,
    }));
  return [base, ...items];
}

/** Says in the clone what the remote holds now; the next fetch would. */
async function follow(clone: BareClone, moves: readonly Move[]): Promise<void> {
  const lines = moves.map(({ ref, to }) => {
    const branch = ref.slice('refs/heads/'.length);
    return `update refs/remotes/origin/${branch} ${to}\n`;
  });
  const options = { cwd: clone.gitDir, input: lines.join('') };
  await clone.mutex(() => clone.git(['update-ref', '--stdin'], options));
}
