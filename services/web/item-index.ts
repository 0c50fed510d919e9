// The rows of many items in memory, kept current by a feed of their bucket, in the order of their last change.
// It must never hold whole records: a hundred thousand of them would not fit.
import type { RecordFeed } from '../../transport/nats/record-feed.ts';
import type { Entry } from '../../transport/ports.ts';
import type { IndexedItem } from '../queries/indexed-item.ts';
import type { ItemRow } from '../queries/rows.ts';

export interface ItemIndexOptions {
  open: () => Promise<RecordFeed>;
  /** Null for what is no item. */
  read: (entry: Entry) => IndexedItem | null;
  /** The longest unchanged are left out beyond it. */
  maxRows: number;
  /** Lets everything else of this process have its turn. */
  pause: () => Promise<void>;
  onChange: () => void;
  /** Told once, when the feed has broken: nothing is current from then on. */
  onBroken: (error: unknown) => void;
}

export interface ItemIndex {
  /** Oldest change first. */
  rows(): Iterable<ItemRow>;
  has(address: string): boolean;
  /** Entries read so far. */
  readCount(): number;
  /** False while what was there at the beginning is being read. */
  isComplete(): boolean;
  /** Whether some were left out. */
  isCut(): boolean;
  /** Where in their pipelines stages have been seen: the smallest position of each. */
  positions: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Entries read in one go: about 5 ms. A host in the same thread must not wait for longer. */
const TURN_ENTRIES = 200;

/** Resolves once the feed is open; reads on behind the scenes. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function openItemIndex(options: ItemIndexOptions): Promise<ItemIndex> {
  const feed = await options.open();
  const byKey = new Map<string, ItemRow>();
  const addresses = new Set<string>();
  const positions = new Map<string, number>();
  let readCount = 0;
  let isComplete = false;
  let isCut = false;
  let isClosed = false;

  const forget = (key: string) => {
    const row = byKey.get(key);
    if (row !== undefined) addresses.delete(row.address);
    byKey.delete(key);
  };
  const keep = (key: string, { row, stages }: IndexedItem) => {
    // Out and in again: a map keeps the order in which its keys came.
    forget(key);
    byKey.set(key, row);
    addresses.add(row.address);
    for (const [at, stage] of stages.entries()) {
      positions.set(stage, Math.min(at, positions.get(stage) ?? at));
    }
    const oldest = byKey.size > options.maxRows ? byKey.keys().next().value : undefined;
    if (oldest === undefined) return;
    forget(oldest);
    isCut = true;
  };
  const follow = async () => {
    for await (const entry of feed.entries()) {
      readCount += 1;
      const item = entry.value === null ? null : options.read(entry);
      if (item === null) forget(entry.key);
      else keep(entry.key, item);
      options.onChange();
      if (!isComplete && readCount % TURN_ENTRIES === 0) await options.pause();
    }
  };
  const complete = () => {
    isComplete = true;
    options.onChange();
  };
  void feed.caughtUp.then(complete, () => {});
  follow().catch((error: unknown) => {
    if (!isClosed) options.onBroken(error);
  });

  return {
    rows: () => byKey.values(),
    has: (address) => addresses.has(address),
    readCount: () => readCount,
    isComplete: () => isComplete,
    isCut: () => isCut,
    positions,
    async close() {
      isClosed = true;
      await feed.close();
    },
  };
}
