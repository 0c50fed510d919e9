// Follows the records of a bucket: what is there, then every change in its order, for as long as it is wanted.
// It must never leave a change out, and only a removal is without a value.
import type { Entry } from '../ports.ts';
import { entryOf, isRemoval } from './delivery.ts';
import { canRetry, type FeedNotices, openOrderedFeed } from './ordered-feed.ts';
import type { FeedLink, Pulled } from './pull-session.ts';
import { type Scan, scan } from './scan.ts';
import { createSignal, type Signal } from './signal.ts';

export interface RecordFeed {
  /**
   * When asked for, the newest entry of each present key first; then every change, `value` null for a removal.
   * Goes on over lost connections, each entry once. Ends when the feed is closed. To be read once.
   * @throws BROKER_UNAVAILABLE when the connection was given up
   */
  entries(): AsyncIterable<Entry>;
  /** Resolves once what was present has been handed out and taken, so only while it is read; or when closed. */
  readonly caughtUp: Promise<void>;
  close(): Promise<void>;
}

export interface RecordFeedOptions extends FeedNotices {
  /** Keys, as in a subject: `shop.>`. Defaults to all. */
  filter?: string | undefined;
  /** False to hear of changes only. */
  isPresentIncluded: boolean;
  /** Told how many keys are there, before the first is handed out; again when that begins anew. */
  onTotal?: ((keys: number) => void) | undefined;
}

/** @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function openRecordFeed(
  link: FeedLink,
  bucket: string,
  options: RecordFeedOptions,
): Promise<RecordFeed> {
  const { filter = '>', isPresentIncluded, onTotal, onLost, onResumed } = options;
  const where = { stream: `KV_${bucket}`, prefix: `$KV.${bucket}.`, filter };
  const feed = await openOrderedFeed(link, {
    ...{ stream: where.stream, filter: where.prefix + filter, onLost, onResumed },
  });
  const closing = createSignal();
  const caughtUp = createSignal();
  if (!isPresentIncluded) caughtUp.give();
  const close = () => {
    closing.give();
    caughtUp.give();
    feed.close();
  };
  async function* entries(): AsyncIterable<Entry> {
    try {
      if (isPresentIncluded) {
        // What has changed since the opening comes with the changes.
        const upTo = feed.lastSequence;
        yield* presentEntries(link, { ...where, onTotal }, { upTo, closing });
      }
      caughtUp.give();
      for await (const pulled of feed.messages()) yield changeOf(pulled, where.prefix);
    } finally {
      close();
    }
  }
  return { entries, caughtUp: caughtUp.given, close: async () => close() };
}

/**
 * The newest entry of each key, if it is no newer than `upTo`, in the order of their revisions. Begins anew
 * when the connection breaks: a consumer of newest entries that meets removed ones does not go on by itself.
 */
async function* presentEntries(
  link: FeedLink,
  where: Omit<Scan, 'visit'>,
  { upTo, closing }: { upTo: number; closing: Signal },
): AsyncIterable<Entry> {
  let last = 0;
  do {
    const reading = readPresent(link, where, closing);
    for await (const entry of reading.entries()) {
      if (entry.revision <= last || entry.revision > upTo) continue;
      last = entry.revision;
      yield entry;
    }
    if (reading.isWhole()) return;
  } while (await canRetry(link, closing));
}

/** One try to read them, which may break off. */
function readPresent({ nc, watch }: FeedLink, where: Omit<Scan, 'visit'>, closing: Signal) {
  let unread: Entry[] = [];
  let outcome: 'under way' | 'whole' | 'broken' = 'under way';
  let wake = () => {};
  let goOn = () => {};
  const visit = (entry: Entry) => {
    if (outcome !== 'under way' || closing.isGiven()) throw new Error('nobody reads it any more');
    unread.push(entry);
    wake();
  };
  const end = (how: 'whole' | 'broken') => {
    if (outcome === 'under way') outcome = how;
    stopListening();
    wake();
    goOn();
  };
  // One page waits while the one before is read: a slow reader must not gather them all.
  const turn = () =>
    new Promise<void>((resolve) => {
      if (unread.length === 0 || outcome !== 'under way' || closing.isGiven()) return resolve();
      goOn = resolve;
      void closing.given.then(resolve);
    });
  // A scan finds out by itself, but waits for its page first.
  const stopListening = watch.onLost(() => end('broken'));
  scan(nc, { ...where, visit, turn }).then(
    () => end('whole'),
    () => end('broken'),
  );
  async function* entries(): AsyncIterable<Entry> {
    for (;;) {
      const taken = unread;
      unread = [];
      goOn();
      for (const entry of taken) {
        if (closing.isGiven()) return;
        yield entry;
      }
      if (unread.length > 0) continue;
      if (outcome !== 'under way' || closing.isGiven()) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        void closing.given.then(resolve);
      });
    }
  }
  return { entries, isWhole: () => outcome === 'whole' };
}

function changeOf({ message, delivered }: Pulled, prefix: string): Entry {
  const entry = entryOf(message, prefix, delivered);
  // Only the marker of a removal is empty.
  const isRemoved = message.data.length === 0 && isRemoval(message.headers);
  return isRemoved ? { ...entry, value: null } : entry;
}
