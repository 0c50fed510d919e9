// The items of the fleet in memory: built when somebody first looks, kept current by a feed, and dropped when nobody
// has looked for a while. It must never make a reader wait for the whole: it answers with what it has read.
import type { Inspector } from '../../transport/nats/inspector.ts';
import type { BucketName, Entry } from '../../transport/ports.ts';
import type { Log } from '../actors/log.ts';
import { type IndexedItem, readArchivedItem, readLiveItem } from '../queries/indexed-item.ts';
import {
  type BoardFilter,
  type BoardMatch,
  type BoardPage,
  type BoardQuery,
  type BoardRows,
  matchBoard,
  pageOf,
} from './board-query.ts';
import { type ItemIndex, openItemIndex } from './item-index.ts';
import { createSharedReadings } from './shared-readings.ts';

export interface IndexedPage extends BoardPage {
  /** Rises with every change. */
  version: number;
  /** False while the first reading is under way. */
  isComplete: boolean;
  /** Entries read so far. */
  read: number;
  /** True where only the newest are kept: the archive holds more. */
  isCut: boolean;
}

export interface BoardIndex {
  /** @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
  read(query: BoardQuery): Promise<IndexedPage>;
  version(): number;
  /** Calls back after changes, and keeps the index meanwhile; the returned function ends that. */
  follow(onChange: () => void): () => void;
  close(): Promise<void>;
}

export interface BoardIndexOptions {
  session: Pick<Inspector, 'openRecords' | 'clock'>;
  log: Pick<Log, 'warn'>;
  /** Between two turns of reading. By default it lets everything else have its turn. */
  pause?: () => Promise<void>;
}

const MAX_LIVE_ROWS = 1_000_000;
/** The archive holds 90 days; further back there is `onceward ps --all`. */
const MAX_ARCHIVED_ROWS = 50_000;
const IDLE_LIMIT_MS = 600_000;
/** Between two turns of looking at rows: whatever the readers want, they have no more than half of the thread. */
const PAUSE_MS = 3;

type Part = 'live' | 'archived';

interface PartOptions {
  bucket: BucketName;
  filter: string;
  read: (entry: Entry) => IndexedItem | null;
  maxRows: number;
}

const PARTS: Readonly<Record<Part, PartOptions>> = {
  live: { bucket: 'onceward-items', filter: '>', read: readLiveItem, maxRows: MAX_LIVE_ROWS },
  archived: {
    bucket: 'onceward-archive',
    filter: 'item.>',
    read: readArchivedItem,
    maxRows: MAX_ARCHIVED_ROWS,
  },
};

export function createBoardIndex(options: BoardIndexOptions): BoardIndex {
  const { clock } = options.session;
  const followers = new Set<() => void>();
  const readings = createSharedReadings(1);
  let version = 0;
  let isClosed = false;
  let cancelDrop = () => {};

  const change = () => {
    version += 1;
    for (const tell of followers) tell();
  };
  const parts = createParts({ ...options, change });
  const touch = () => {
    cancelDrop();
    if (isClosed) return;
    cancelDrop = clock.after(IDLE_LIMIT_MS, () => {
      if (followers.size > 0) touch();
      else void parts.drop();
    });
  };
  const match = async (opened: readonly ItemIndex[], filter: BoardFilter) => {
    const known = {
      ...{ version, read: opened.reduce((sum, index) => sum + index.readCount(), 0) },
      isComplete: opened.every((index) => index.isComplete()),
      isCut: opened.some((index) => index.isCut()),
    };
    return { ...known, ...(await inTurns(matchBoard(rowsOf(opened), filter), clock)) };
  };

  return {
    version: () => version,
    async read({ offset, limit, ...filter }) {
      touch();
      const wanted: Part[] = filter.isArchiveIncluded ? ['live', 'archived'] : ['live'];
      const opened = await Promise.all(wanted.map(parts.need));
      const read = () => match(opened, filter);
      return pageOf(await readings.read(JSON.stringify(filter), read), { offset, limit });
    },
    follow(onChange) {
      touch();
      followers.add(onChange);
      return () => void followers.delete(onChange);
    },
    async close() {
      isClosed = true;
      cancelDrop();
      // What is still being opened is closed when it is: a server that is away must not keep the process from ending.
      void parts.drop();
    },
  };
}

/** The indexes there are: each is opened when it is first needed. */
function createParts({
  session,
  log,
  change,
  pause = () => new Promise((resolve) => void session.clock.after(0, resolve)),
}: BoardIndexOptions & { change: () => void }) {
  const indexes = new Map<Part, Promise<ItemIndex>>();

  const dropOne = async (part: Part): Promise<void> => {
    const index = indexes.get(part);
    indexes.delete(part);
    await index?.then(
      (opened) => opened.close(),
      () => {},
    );
  };
  const open = (part: Part): Promise<ItemIndex> => {
    const { bucket, filter, read, maxRows } = PARTS[part];
    const index = openItemIndex({
      ...{ read, maxRows, pause, onChange: change },
      open: () => session.openRecords(bucket, { filter, isPresentIncluded: true }),
      onBroken: (err) => {
        log.warn({ err, part }, 'the board is no longer current; it is read anew when asked for');
        void dropOne(part).then(change);
      },
    });
    index.catch(() => indexes.delete(part));
    return index;
  };
  return {
    need(part: Part): Promise<ItemIndex> {
      const index = indexes.get(part) ?? open(part);
      indexes.set(part, index);
      return index;
    },
    async drop() {
      await Promise.all([...indexes.keys()].map(dropOne));
    },
  };
}

async function inTurns(
  matching: Generator<void, BoardMatch>,
  clock: Pick<Inspector['clock'], 'after'>,
): Promise<BoardMatch> {
  for (;;) {
    const turn = matching.next();
    if (turn.done) return turn.value;
    await new Promise<void>((resolve) => void clock.after(PAUSE_MS, resolve));
  }
}

/** An item is copied to the archive before it is removed here: for a moment it is in both. */
function rowsOf([live, archived]: readonly ItemIndex[]): BoardRows {
  if (live === undefined) return { rows: [], positions: new Map() };
  if (archived === undefined) {
    return { rows: [...live.rows()].reverse(), positions: live.positions };
  }
  const ended = [...archived.rows()].filter(({ address }) => !live.has(address));
  const rows = [...ended, ...live.rows()].sort((one, other) => other.revision - one.revision);
  return { rows, positions: new Map([...archived.positions, ...live.positions]) };
}
