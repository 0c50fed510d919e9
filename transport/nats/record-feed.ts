// Follows the records of a bucket: what is there, then every change in its order, for as long as it is wanted.
// It must never leave a change out, and only a removal is without a value.
import type { Entry } from '../ports.ts';
import { entryOf, isRemoval } from './delivery.ts';
import { canRetry, type FeedNotices, type OrderedFeed, openOrderedFeed } from './ordered-feed.ts';
import { type PresentOptions, presentEntries } from './present-entries.ts';
import type { FeedLink, Pulled } from './pull-session.ts';
import type { Scan } from './scan.ts';
import { createSignal, type Signal } from './signal.ts';

export interface RecordFeed {
  /**
   * When asked for, the newest entry of each present key first; then every change, `value` null for a removal.
   * Goes on over lost connections, each entry once. When the bucket has lost what was handed out, as one in memory
   * does when its server restarts, what is there comes anew, and a removal of what is not. Ends when the feed is closed. To be read once.
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
  /** How long those who write may take to come back to a bucket that was lost, before it is read. Defaults to 0. */
  settleMs?: number | undefined;
}

/** @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function openRecordFeed(
  link: FeedLink,
  bucket: string,
  options: RecordFeedOptions,
): Promise<RecordFeed> {
  const { filter = '>', isPresentIncluded, onTotal, onResumed } = options;
  const where = { stream: `KV_${bucket}`, prefix: `$KV.${bucket}.`, filter, onTotal };
  const open = () =>
    openOrderedFeed(link, {
      ...{ stream: where.stream, filter: where.prefix + filter, isEndedByLoss: isPresentIncluded },
      ...{ onLost: options.onLost, onResumed },
    });
  let feed = await open();
  const closing = createSignal();
  const caughtUp = createSignal();
  if (!isPresentIncluded) caughtUp.give();
  const close = () => {
    closing.give();
    caughtUp.give();
    feed.close();
  };
  const beginAnew = async (): Promise<boolean> => {
    await pause(link, options.settleMs ?? 0, closing);
    const next = await opened(link, open, closing);
    if (next === null) return false;
    feed = next;
    onResumed?.();
    return true;
  };
  async function* entries(): AsyncIterable<Entry> {
    const known = new Set<string>();
    try {
      do {
        if (isPresentIncluded) {
          // What has changed since the opening comes with the changes.
          const reading = { upTo: feed.lastSequence, closing };
          yield* presentAnew(link, where, { ...reading, known });
        }
        caughtUp.give();
        for await (const pulled of feed.messages()) {
          const entry = changeOf(pulled, where.prefix);
          if (entry.value === null) known.delete(entry.key);
          else if (isPresentIncluded) known.add(entry.key);
          yield entry;
        }
      } while (feed.isEndedByLoss() && (await beginAnew()));
    } finally {
      close();
    }
  }
  return { entries, caughtUp: caughtUp.given, close: async () => close() };
}

/** What is there, and a removal of each key that was known and is not there any more. */
async function* presentAnew(
  link: FeedLink,
  where: Omit<Scan, 'visit'>,
  { known, ...reading }: Omit<PresentOptions, 'onKey'> & { known: Set<string> },
): AsyncIterable<Entry> {
  const missing = new Set(known);
  const onKey = (key: string) => {
    missing.delete(key);
    known.add(key);
  };
  yield* presentEntries(link, where, { ...reading, onKey });
  // Not read to its end.
  if (reading.closing.isGiven() || link.nc.isClosed()) return;
  for (const key of missing) {
    known.delete(key);
    yield { key, value: null, revision: reading.upTo, storedAtMs: 0 };
  }
}

/** Tries until it is open; null when nobody wants it any more. */
async function opened(
  link: FeedLink,
  open: () => Promise<OrderedFeed>,
  closing: Signal,
): Promise<OrderedFeed | null> {
  while (await canRetry(link, closing)) {
    const feed = await open().catch(() => null);
    if (feed === null) continue;
    if (!closing.isGiven()) return feed;
    feed.close();
    return null;
  }
  return null;
}

async function pause({ clock }: FeedLink, delayMs: number, closing: Signal): Promise<void> {
  let cancel = () => {};
  const over = new Promise<void>((resolve) => {
    cancel = clock.after(delayMs, resolve);
  });
  await Promise.race([over, closing.given]);
  cancel();
}

function changeOf({ message, delivered }: Pulled, prefix: string): Entry {
  const entry = entryOf(message, prefix, delivered);
  // Only the marker of a removal is empty.
  const isRemoved = message.data.length === 0 && isRemoval(message.headers);
  return isRemoved ? { ...entry, value: null } : entry;
}
