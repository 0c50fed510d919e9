// Rows kept current by the feeds of their source. It must never show rows before everything that was there is read,
// nor tell of a change that changes no row.
import type { RecordFeed } from '../../../transport/nats/record-feed.ts';
import type { Entry } from '../../../transport/ports.ts';
import type { RowFeed, RowSource } from '../../queries/row-sources.ts';
import type { Session } from '../../queries/session.ts';

/** What has changed: rows as they are now, and rows as they last were that are gone. */
export interface RowChanges<Row> {
  present: readonly Row[];
  gone: readonly Row[];
}

export interface FollowedRows<Row> {
  /** In no order. */
  rows(): Iterable<Row>;
  /** Resolves once everything that was there has been read. */
  readonly caughtUp: Promise<void>;
  /** Rejects when a feed has broken; never resolves. */
  readonly broken: Promise<never>;
  close(): Promise<void>;
}

export interface FollowedOptions<Row> {
  /** Tells the rows of a list apart, whatever else changes in them. */
  identityOf: (row: Row) => string;
  /** Called from the moment on at which it has caught up. */
  onChange: (changes: RowChanges<Row>) => void;
  onLost: () => void;
  onResumed: () => void;
}

/** @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function followRows<Row>(
  session: Pick<Session, 'openRecords'>,
  source: RowSource<Row>,
  options: FollowedOptions<Row>,
): Promise<FollowedRows<Row>> {
  const kept = new Map<string, readonly Row[]>();
  let isCaughtUp = false;
  const update = (id: string) => {
    const before = kept.get(id) ?? [];
    const now = source.rowsOf(id);
    if (now.length === 0) kept.delete(id);
    else kept.set(id, now);
    if (!isCaughtUp) return;
    const changes = changesBetween(before, now, options.identityOf);
    if (changes.present.length + changes.gone.length > 0) options.onChange(changes);
  };
  const { feeds, broken } = await openFeeds(session, source.feeds, { ...options, update });
  return {
    rows: () => [...kept.values()].flat(),
    caughtUp: Promise.all(feeds.map(({ caughtUp }) => caughtUp)).then(() => {
      isCaughtUp = true;
    }),
    broken,
    async close() {
      await Promise.all(feeds.map((feed) => feed.close()));
    },
  };
}

interface Following {
  update: (id: string) => void;
  onLost: () => void;
  onResumed: () => void;
}

async function openFeeds(
  session: Pick<Session, 'openRecords'>,
  sources: readonly RowFeed[],
  { update, onLost, onResumed }: Following,
) {
  const feeds: RecordFeed[] = [];
  const readings: Promise<void>[] = [];
  for (const [n, { bucket, keys, settleMs, take }] of sources.entries()) {
    // They share a connection: one of them tells.
    const notices = n === 0 ? { onLost, onResumed } : {};
    const feed = await session.openRecords(bucket, {
      ...{ filter: keys, isPresentIncluded: true, settleMs, ...notices },
    });
    feeds.push(feed);
    readings.push(follow(feed, (entry) => take(entry).forEach(update)));
  }
  const broken = new Promise<never>((_, reject) => {
    for (const reading of readings) reading.catch(reject);
  });
  // Whoever waits for it hears of it; nobody has to.
  broken.catch(() => {});
  return { feeds, broken };
}

async function follow(feed: RecordFeed, onEntry: (entry: Entry) => void) {
  for await (const entry of feed.entries()) onEntry(entry);
}

function changesBetween<Row>(
  before: readonly Row[],
  now: readonly Row[],
  identityOf: (row: Row) => string,
): RowChanges<Row> {
  const known = new Set(before.map((row) => JSON.stringify(row)));
  const names = new Set(now.map(identityOf));
  return {
    present: now.filter((row) => !known.has(JSON.stringify(row))),
    gone: before.filter((row) => !names.has(identityOf(row))),
  };
}
