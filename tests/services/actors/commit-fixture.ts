// A committer over a bucket in memory, with a clock that moves only when told to.
// It must never answer for the committer: it only brings about what may happen to a write.
import { type CommitMode, createCommitter } from '../../../services/actors/commit.ts';
import type { Write } from '../../../transport/ports.ts';
import { createMemoryBucket } from '../../support/memory-bucket.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

/** Longer than all attempts to resolve an unknown outcome together. */
export const RESOLVED_AFTER_MS = 60_000;

export function setup(mode: CommitMode = 'batch') {
  const clock = createVirtualClock();
  const bucket = createMemoryBucket({ clock });
  const committer = createCommitter(bucket, { clock, mode });
  /** Commits and lets the time pass that looking into an unknown outcome takes. */
  const commit = async (write: Write) => {
    const committed = committer.commit(write);
    // Its fate is looked at by the caller; in the meantime nobody waits for it.
    committed.catch(() => {});
    await clock.advance(RESOLVED_AFTER_MS);
    return committed;
  };
  return { clock, bucket, committer, commit };
}

export function create(key: string, value = 'new'): Write {
  return { key, value, expectedRevision: 0 };
}

export function creations(count: number, prefix = 'k'): Write[] {
  return Array.from({ length: count }, (_, n) => create(`${prefix}.${n}`, `value ${n}`));
}
