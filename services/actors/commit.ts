// The one place that writes records. Whatever commits of a bucket are ready when the previous write
// returns go out together, each with its own expected revision; nothing waits for company.
import { OncewardError } from '../../transport/errors.ts';
import type { Bucket, Clock, Write, WriteOutcome } from '../../transport/ports.ts';

/** Most records in one atomic batch. */
const MAX_BATCH_WRITES = 200;
/**
 * Up to this many are under way as plain updates side by side. A batch has a fixed cost of several writes,
 * which pays only when more than these are ready.
 */
const MAX_SINGLE_WRITES = 16;
/** Most plain updates under way where every write is its own. */
const MAX_WRITES_IN_FLIGHT = 64;
/** How often an unknown outcome is looked into before the caller is told that it is unknown. */
const MAX_RESOLVE_ATTEMPTS = 12;
const RESOLVE_BACKOFF_MS = 50;
const RESOLVE_BACKOFF_CAP_MS = 2_000;

/** `batch` where every write waits for the disk, `single` where it does not. */
export type CommitMode = 'batch' | 'single';

export interface CommitStats {
  writes: number;
  batches: number;
  largestBatchWrites: number;
  lost: number;
  unknown: number;
}

export interface Committer {
  /**
   * Compare-and-set of one key. Won and lost are certain: an unknown outcome is read back from the
   * leader and compared first.
   * @throws OUTCOME_UNKNOWN when the leader could not be asked within the limit of attempts
   */
  commit(write: Write): Promise<{ outcome: 'won'; revision: number } | { outcome: 'lost' }>;
  stats(): CommitStats;
}

interface Pending {
  write: Write;
  settle(outcome: WriteOutcome): void;
}

export function createCommitter(
  bucket: Bucket,
  options: { clock: Clock; mode: CommitMode },
): Committer {
  const stats = { writes: 0, batches: 0, largestBatchWrites: 0, lost: 0, unknown: 0 };
  const queue: Pending[] = [];
  const isBatching = options.mode === 'batch';
  const maxSingles = isBatching ? MAX_SINGLE_WRITES : MAX_WRITES_IN_FLIGHT;
  let singlesInFlight = 0;
  let isBatchInFlight = false;

  const pump = () => {
    if (isBatchInFlight) return;
    // Too many for plain updates: let those under way return, then send all that has gathered.
    if (isBatching && queue.length > maxSingles) {
      if (singlesInFlight === 0) void sendBatch(takeDistinct(queue));
      return;
    }
    while (queue.length > 0 && singlesInFlight < maxSingles) void sendSingle(queue.shift());
  };

  const sendSingle = async (pending: Pending | undefined): Promise<void> => {
    singlesInFlight += 1;
    if (pending !== undefined) pending.settle(await bucket.write(pending.write));
    singlesInFlight -= 1;
    pump();
  };

  const sendBatch = async (group: Pending[]): Promise<void> => {
    isBatchInFlight = true;
    await writeBatch(bucket, group, stats);
    isBatchInFlight = false;
    pump();
  };

  const enqueue = (write: Write): Promise<WriteOutcome> =>
    new Promise((settle) => {
      queue.push({ write, settle });
      stats.writes += 1;
      // Commits that become ready in the same turn of the event loop may share a batch.
      queueMicrotask(pump);
    });

  return {
    stats: () => ({ ...stats }),
    async commit(write) {
      const outcome = await enqueue(write);
      if (outcome.outcome === 'unknown') stats.unknown += 1;
      const known = outcome.outcome === 'unknown' ? await resolve(write, outcome.cause) : outcome;
      if (known.outcome === 'lost') stats.lost += 1;
      return known;
    },
  };

  /** Unknown is not lost: the write may have landed, may be lost, may still land. */
  async function resolve(write: Write, firstCause: unknown) {
    let cause = firstCause;
    for (let attempt = 0; attempt < MAX_RESOLVE_ATTEMPTS; attempt += 1) {
      await pause(options.clock, attempt);
      const found = await lookFor(bucket, write).catch((error: unknown) => {
        cause = error;
        return null;
      });
      if (found === null) continue;
      if (found.outcome !== 'absent') return found;
      // Not there (yet). Sending it again is safe: at most one of the two can win.
      const again = await bucket.write(write);
      if (again.outcome === 'won') return again;
      if (again.outcome === 'unknown') cause = again.cause;
    }
    throw new OncewardError('OUTCOME_UNKNOWN', `the write of ${write.key} may have landed`, {
      cause,
      details: { key: write.key, expectedRevision: write.expectedRevision },
    });
  }
}

async function writeBatch(bucket: Bucket, group: Pending[], stats: CommitStats): Promise<void> {
  const [only] = group;
  if (group.length === 1 && only !== undefined) return only.settle(await bucket.write(only.write));
  stats.batches += 1;
  stats.largestBatchWrites = Math.max(stats.largestBatchWrites, group.length);
  const result = await bucket.writeBatch(group.map(({ write }) => write));
  if (result.outcome === 'rejected') {
    // One expectation failed and took all others with it: one by one, only the loser loses.
    await Promise.all(group.map(async ({ write, settle }) => settle(await bucket.write(write))));
    return;
  }
  for (const [index, { settle }] of group.entries()) {
    const revision = result.outcome === 'won' ? result.revisions[index] : undefined;
    if (revision !== undefined) settle({ outcome: 'won', revision });
    else settle({ outcome: 'unknown', cause: 'cause' in result ? result.cause : undefined });
  }
}

/** A batch checks each key against the state before it, so a key may stand in it only once. */
function takeDistinct(queue: Pending[]): Pending[] {
  const keys = new Set<string>();
  const taken: Pending[] = [];
  while (queue.length > 0 && taken.length < MAX_BATCH_WRITES) {
    const next = queue[0];
    if (next === undefined || keys.has(next.write.key)) break;
    keys.add(next.write.key);
    taken.push(next);
    queue.shift();
  }
  return taken;
}

type Found = { outcome: 'won'; revision: number } | { outcome: 'lost' } | { outcome: 'absent' };

async function lookFor(bucket: Bucket, write: Write): Promise<Found> {
  const entry = await bucket.read(write.key);
  if (entry !== null && entry.value === write.value && entry.revision !== write.expectedRevision) {
    return { outcome: 'won', revision: entry.revision };
  }
  if ((entry?.revision ?? 0) === write.expectedRevision) return { outcome: 'absent' };
  // Somebody wrote after the expected revision: either instead of us, or after us.
  const history = await bucket.history(write.key);
  // Any copy of the stream may have answered that, also one that lags behind the leader and knows
  // neither their write nor ours.
  if (entry !== null && !history.some((past) => past.revision === entry.revision)) {
    throw new OncewardError('BROKER_UNAVAILABLE', `the history of ${write.key} is not up to date`);
  }
  const ours = history.find(
    (past) => past.value === write.value && past.revision > write.expectedRevision,
  );
  return ours === undefined ? { outcome: 'lost' } : { outcome: 'won', revision: ours.revision };
}

function pause(clock: Clock, attempt: number): Promise<void> {
  const delayMs = Math.min(RESOLVE_BACKOFF_CAP_MS, RESOLVE_BACKOFF_MS * 2 ** attempt);
  return new Promise((done) => {
    clock.after(delayMs, done);
  });
}
