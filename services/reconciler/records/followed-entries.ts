// The entries of a bucket as they change, from a feed that is opened again whenever it ends.
// It must never leave whoever follows with what is over: after a gap it says which keys there are.
import type { RecordFeed } from '../../../transport/nats/record-feed.ts';
import type { Clock, Entry } from '../../../transport/ports.ts';
import type { Log } from '../../actors/log.ts';

const REOPEN_MS = 5_000;

export interface FollowedEntriesOptions {
  bucket: string;
  openFeed: () => Promise<RecordFeed>;
  clock: Pick<Clock, 'after'>;
  /** One that cannot be taken is passed over. */
  take: (entry: Entry) => void;
  /** After a gap, once what is there has been read: these keys, and no others. */
  onPresent?: ((keys: ReadonlySet<string>) => void) | undefined;
  log: Log;
}

export interface FollowedEntries {
  close(): void;
}

/** Resolves once what is there was read. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN from the first opening */
export async function followEntries(options: FollowedEntriesOptions): Promise<FollowedEntries> {
  const { bucket, clock, log } = options;
  let feed: RecordFeed | null = null;
  let isClosed = false;
  let openings = 0;
  let cancelReopening = () => {};

  const begin = async (): Promise<void> => {
    const opened = await options.openFeed();
    feed = opened;
    if (isClosed) return void opened.close();
    openings += 1;
    const onPresent = openings > 1 ? options.onPresent : undefined;
    const reading = readAll(opened, { ...options, onPresent })
      .catch((err: unknown) => err)
      .then((err) => reopen(err));
    // A feed that breaks off first never gets there.
    await Promise.race([opened.caughtUp, reading]);
  };
  const reopen = (err: unknown): void => {
    if (isClosed) return;
    log.warn({ err, bucket }, 'records cannot be followed; trying again');
    cancelReopening = clock.after(REOPEN_MS, () => void begin().catch(reopen));
  };

  await begin();
  return {
    close() {
      isClosed = true;
      cancelReopening();
      void feed?.close().catch(() => {});
    },
  };
}

async function readAll(
  feed: RecordFeed,
  { bucket, take, onPresent, log }: FollowedEntriesOptions,
): Promise<void> {
  let present: Set<string> | null = onPresent === undefined ? null : new Set();
  // One that breaks off says so, too, and before its time: what is lost by that is there again after the next opening.
  void feed.caughtUp.then(() => {
    if (present !== null) onPresent?.(present);
    present = null;
  });
  for await (const entry of feed.entries()) {
    if (entry.value === null) present?.delete(entry.key);
    else present?.add(entry.key);
    try {
      take(entry);
    } catch (err) {
      log.error({ err, bucket, key: entry.key }, 'an entry was passed over');
    }
  }
}
