// What is wanted of each record of a bucket, in memory and kept current, in the order of the last change.
// It must never hold a whole record: there may be a hundred thousand.
import type { BucketName, Entry } from '../../../transport/ports.ts';
import type { Session } from '../../queries/session.ts';

export interface FollowedBucket<Kept> {
  /** By key, the longest unchanged first. */
  kept: ReadonlyMap<string, Kept>;
  /** Resolves once everything that was there has been read. */
  readonly caughtUp: Promise<void>;
  close(): Promise<void>;
}

export interface FollowOptions<Kept> {
  /** Null for what is not wanted. */
  read: (entry: Entry) => Kept | null;
  onChange: () => void;
  onBroken: (error: unknown) => void;
}

/** @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function followBucket<Kept>(
  session: Pick<Session, 'openRecords'>,
  bucket: BucketName,
  { read, onChange, onBroken }: FollowOptions<Kept>,
): Promise<FollowedBucket<Kept>> {
  const feed = await session.openRecords(bucket, { isPresentIncluded: true });
  const kept = new Map<string, Kept>();
  const follow = async () => {
    for await (const entry of feed.entries()) {
      const wanted = entry.value === null ? null : read(entry);
      // Out and in again: a map keeps the order in which its keys came.
      kept.delete(entry.key);
      if (wanted !== null) kept.set(entry.key, wanted);
      onChange();
    }
  };
  follow().catch(onBroken);
  return { kept, caughtUp: feed.caughtUp, close: () => feed.close() };
}
