// Takes the lease of a base branch on the remote, and shows candidates to CI.
// It must never take the lease from a newer token, nor show anything without it.
import type { BareClone } from './bare-clone.ts';
import { pushFenced, readRefs } from './fenced-push.ts';
import { assertLease, type LeasePlace, leaseRef, readLease } from './merge-lease.ts';

export interface Fencing extends LeasePlace {
  token: number;
}

/** An older holder that has not noticed yet moves the lease with each of its pushes. */
const MAX_FENCE_TRIES = 5;

/** The branch at which CI sees the candidates for a base branch. */
export function candidateBranch(baseBranch: string): string {
  return `onceward-merge/${baseBranch}`;
}

/** @throws LEASE_LOST, GIT_FAILED */
export async function fence(clone: BareClone, fencing: Fencing): Promise<void> {
  const { baseBranch, token, signal } = fencing;
  const ref = leaseRef(baseBranch);
  for (let attempt = 1; ; attempt += 1) {
    const lease = await readLease(clone, (await readRefs(clone, [ref], signal)).get(ref), fencing);
    if (lease.token >= token) return assertLease(lease, token, fencing);
    const failure = await pushFenced(clone, { baseBranch, lease, token, moves: [], signal });
    if (failure === null) return;
    const found = (await readRefs(clone, [ref], signal).catch(throwing(failure))).get(ref) ?? null;
    // Where it has not moved, the remote refuses for another reason.
    if (found === lease.sha || attempt === MAX_FENCE_TRIES) throw failure;
  }
}

/** @throws LEASE_LOST, GIT_FAILED */
export async function publish(
  clone: BareClone,
  { sha, ...fencing }: Fencing & { sha: string },
): Promise<void> {
  const { baseBranch, token } = fencing;
  const ref = `refs/heads/${candidateBranch(baseBranch)}`;
  const before = await readPublished(clone, fencing);
  assertLease(before.lease, token, fencing);
  if (before.published === sha) return;
  const moves = [{ ref, from: before.published, to: sha }];
  const failure = await pushFenced(clone, { ...fencing, lease: before.lease, moves });
  if (failure === null) return;
  const after = await readPublished(clone, fencing).catch(throwing(failure));
  assertLease(after.lease, token, fencing);
  if (after.published !== sha) throw failure;
}

async function readPublished(clone: BareClone, place: LeasePlace) {
  const ref = `refs/heads/${candidateBranch(place.baseBranch)}`;
  const lease = leaseRef(place.baseBranch);
  const refs = await readRefs(clone, [ref, lease], place.signal);
  return {
    published: refs.get(ref) ?? null,
    lease: await readLease(clone, refs.get(lease), place),
  };
}

// What the push said tells more than that the remote cannot be read now.
function throwing(failure: Error): () => never {
  return () => {
    throw failure;
  };
}
