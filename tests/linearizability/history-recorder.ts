// Writes down what claimants do to a bucket, with the times of one monotonic clock, around the real thing.
// It must never change an answer, nor take one for certain that is not.
import type { Committer } from '../../services/actors/commit.ts';
import type { Bucket, Write, WriteOutcome } from '../../transport/ports.ts';
import type { CasOutcome, Operation } from './operation.ts';

const UNANSWERED = Number.POSITIVE_INFINITY;

/** The bucket, with every reading and every compare-and-set of single keys added to `history`. */
export function recordedBucket(bucket: Bucket, claimant: string, history: Operation[]): Bucket {
  return {
    ...bucket,
    async read(key) {
      const invokedMs = performance.now();
      // One that fails has seen nothing, so there is nothing to write down.
      const entry = await bucket.read(key);
      const span = { key, claimant, invokedMs, completedMs: performance.now() };
      const { revision, value } = entry ?? { revision: 0, value: null };
      history.push({ kind: 'read', ...span, revision, value });
      return entry;
    },
    write: (write) => recordedCas({ write, claimant, history }, () => bucket.write(write)),
    async writeBatch(writes) {
      const invokedMs = performance.now();
      const result = await bucket.writeBatch(writes);
      // A rejected batch wrote nothing and does not say whose expectation failed.
      if (result.outcome === 'rejected') return result;
      const completedMs = result.outcome === 'won' ? performance.now() : UNANSWERED;
      for (const [index, write] of writes.entries()) {
        const revision = result.outcome === 'won' ? result.revisions[index] : undefined;
        const outcome: CasOutcome =
          revision === undefined ? { outcome: 'unknown' } : { outcome: 'won', revision };
        history.push(casOf(write, { claimant, invokedMs, completedMs }, outcome));
      }
      return result;
    },
  };
}

/** The committer, with every commit added to `history` as one compare-and-set. */
export function recordedCommitter(
  committer: Committer,
  claimant: string,
  history: Operation[],
): Committer {
  return {
    ...committer,
    commit: (write) => recordedCas({ write, claimant, history }, () => committer.commit(write)),
  };
}

interface Recording {
  write: Write;
  claimant: string;
  history: Operation[];
}

async function recordedCas<T extends WriteOutcome>(
  { write, claimant, history }: Recording,
  carryOut: () => Promise<T>,
): Promise<T> {
  const invokedMs = performance.now();
  const note = (outcome: CasOutcome | WriteOutcome) => {
    const completedMs = outcome.outcome === 'unknown' ? UNANSWERED : performance.now();
    history.push(casOf(write, { claimant, invokedMs, completedMs }, outcome));
  };
  try {
    const answer = await carryOut();
    note(answer);
    return answer;
  } catch (error) {
    // OUTCOME_UNKNOWN, or anything else: it was sent, and nobody knows.
    note({ outcome: 'unknown' });
    throw error;
  }
}

function casOf(
  { key, value, expectedRevision }: Write,
  span: { claimant: string; invokedMs: number; completedMs: number },
  result: CasOutcome,
): Operation {
  if (value === null) throw new Error('claims do not remove keys');
  return { kind: 'cas', key, ...span, expectedRevision, value, result };
}
