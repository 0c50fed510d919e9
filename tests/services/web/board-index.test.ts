// The board in memory: what it answers while it reads, how it keeps current, and when it lets go.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type BoardIndex, createBoardIndex } from '../../../services/web/board-index.ts';
import type { BoardQuery } from '../../../services/web/board-query.ts';
import type { Entry } from '../../../transport/ports.ts';
import { createVirtualClock, settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { archivedEntry, type HandFed, handFed, itemEntry, removal } from './feed-fixture.ts';

const LIMIT_MS = 20_000;
const MINUTE_MS = 60_000;
const ALL: BoardQuery = {
  ...{ project: null, state: null, stage: null, text: null },
  isArchiveIncluded: false,
  offset: 0,
  limit: 100,
};

function setup() {
  const clock = createVirtualClock();
  const feeds = { items: [handFed()], archive: [handFed()] };
  const opened: string[] = [];
  const warnings: string[] = [];
  const openRecords = async (bucket: string) => {
    opened.push(bucket);
    const kind = bucket === 'onceward-items' ? 'items' : 'archive';
    const feed = feeds[kind].at(-1);
    assert.ok(feed);
    return feed;
  };
  const log = { warn: (_: object, message: string) => void warnings.push(message) };
  const board = createBoardIndex({ session: { clock, openRecords }, log });
  return { clock, feeds, opened, warnings, board };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use, with what nobody needs any more taken away. */
function usedBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function giveAll(feed: HandFed | undefined, count: number, make: (key: string) => Entry): void {
  for (let n = 0; n < count; n += 1) feed?.give(make(`shop.${n}`));
}

async function addressesIn(board: BoardIndex, query: Partial<BoardQuery> = {}): Promise<string[]> {
  const { rows } = await board.read({ ...ALL, ...query });
  return rows.map(({ address }) => address);
}

test(
  'the first reader is answered at once with what has been read so far',
  within(LIMIT_MS, async () => {
    const { board, feeds } = setup();
    const first = await board.read(ALL);
    feeds.items[0]?.give(itemEntry('shop.1'));
    await settled();
    const second = await board.read(ALL);
    feeds.items[0]?.catchUp();
    await settled();
    const third = await board.read(ALL);

    assert.equal([first.isComplete, first.read, first.total], [false, 0, 0]);
    assert.equal([second.isComplete, second.read, second.total], [false, 1, 1]);
    assert.equal([third.isComplete, third.total], [true, 1]);
    assert.ok(first.version < second.version && second.version < third.version);
    await board.close();
  }),
);

test(
  'a row holds what a list shows of the record, and nothing of its body',
  within(LIMIT_MS, async () => {
    const { board, feeds } = setup();
    await board.read(ALL);
    const parking = { reason: 'paused', message: 'm', release: 'resume', atMs: 3 };
    const entry = itemEntry('shop.1', 'parked', { current: null, next: 'ship', parking });
    feeds.items[0]?.give(entry);
    await settled();
    const { rows } = await board.read(ALL);

    assert.equal(rows, [
      {
        ...{ address: 'shop/1', project: 'shop', item: '1', title: 'Title of 1', state: 'parked' },
        ...{ sinceMs: 5, revision: entry.revision, isArchived: false, stage: 'ship' },
        ...{ attempt: null, endedRuns: 0, openedAtMs: 1, endedAtMs: null, parking, holder: null },
        usage: null,
      },
    ]);
    await board.close();
  }),
);

test(
  'the newest change comes first, and what is removed is gone',
  within(LIMIT_MS, async () => {
    const { board, feeds } = setup();
    await board.read(ALL);
    const give = (entry: ReturnType<typeof itemEntry>) => feeds.items[0]?.give(entry);
    give(itemEntry('shop.1'));
    give(itemEntry('shop.2'));
    give(itemEntry('shop.3'));
    give(itemEntry('shop.1', 'awaitingApproval'));
    give(removal('shop.2'));
    await settled();

    assert.equal(await addressesIn(board), ['shop/1', 'shop/3']);
    assert.equal(await addressesIn(board, { state: 'awaitingApproval' }), ['shop/1']);
    await board.close();
  }),
);

test(
  'a record that cannot be read is a row that says so',
  within(LIMIT_MS, async () => {
    const { board, feeds } = setup();
    await board.read(ALL);
    const broken = { key: 'shop.1', value: '{', revision: 7, storedAtMs: 0 };
    feeds.items[0]?.give(broken);
    feeds.items[0]?.give({ ...broken, key: 'shop.2', value: '{"v":99}' });
    await settled();
    const { rows } = await board.read(ALL);

    assert.equal(
      rows.map(({ address, state }) => [address, state]),
      [
        ['shop/2', 'newer'],
        ['shop/1', 'corrupt'],
      ],
    );
    await board.close();
  }),
);

test(
  'the archive is read only when it is asked for, and an item in both is shown once',
  within(LIMIT_MS, async () => {
    const { board, feeds, opened } = setup();
    await board.read(ALL);
    const before = [...opened];
    await board.read({ ...ALL, isArchiveIncluded: true });
    feeds.items[0]?.give(itemEntry('shop.1', 'done', { current: null }));
    feeds.archive[0]?.give(archivedEntry('shop.2'));
    feeds.archive[0]?.give(archivedEntry('shop.1'));
    await settled();
    const { rows } = await board.read({ ...ALL, isArchiveIncluded: true });

    assert.equal(before, ['onceward-items']);
    assert.equal(
      rows.map(({ address, isArchived }) => [address, isArchived]),
      [
        ['shop/2', true],
        ['shop/1', false],
      ],
    );
    assert.equal(await addressesIn(board), ['shop/1']);
    await board.close();
  }),
);

test(
  'after ten minutes without a reader everything is let go, and read anew when one comes',
  within(LIMIT_MS, async () => {
    const { board, feeds, clock, opened } = setup();
    await board.read(ALL);
    await clock.advance(9 * MINUTE_MS);
    await board.read(ALL);
    await clock.advance(9 * MINUTE_MS);
    const isKept = !feeds.items[0]?.isClosed();
    await clock.advance(2 * MINUTE_MS);

    assert.ok(isKept);
    assert.ok(feeds.items[0]?.isClosed());
    feeds.items.push(handFed());
    await board.read(ALL);
    assert.equal(opened, ['onceward-items', 'onceward-items']);
    await board.close();
  }),
);

test(
  'a stream that is open keeps the index',
  within(LIMIT_MS, async () => {
    const { board, feeds, clock } = setup();
    await board.read(ALL);
    const unfollow = board.follow(() => {});
    await clock.advance(30 * MINUTE_MS);
    const isKept = !feeds.items[0]?.isClosed();
    unfollow();
    await clock.advance(11 * MINUTE_MS);

    assert.ok(isKept);
    assert.ok(feeds.items[0]?.isClosed());
  }),
);

test(
  'a feed that breaks is said and begun anew by the next reader',
  within(LIMIT_MS, async () => {
    const { board, feeds, opened, warnings } = setup();
    await board.read(ALL);
    const version = board.version();
    feeds.items[0]?.breakOff(new Error('gone'));
    await settled();
    feeds.items.push(handFed());
    await board.read(ALL);

    assert.is(warnings.length, 1);
    assert.ok(board.version() > version);
    assert.is(opened.length, 2);
    await board.close();
  }),
);

test(
  'twenty thousand items are read in turns and stay current, in less than 600 bytes each',
  within(LIMIT_MS, async () => {
    const { board, feeds, clock } = setup();
    await board.read(ALL);
    const beforeBytes = usedBytes();
    giveAll(feeds.items[0], 20_000, itemEntry);
    await settled();
    const { read } = await board.read(ALL);
    await clock.advance(1_000);
    feeds.items[0]?.catchUp();
    await settled();
    giveAll(feeds.items[0], 5_000, removal);
    feeds.items[0]?.give(itemEntry('shop.19999', 'awaitingApproval'));
    await settled();
    const bytesEach = (usedBytes() - beforeBytes) / 15_000;
    const reading = board.read(ALL);
    await clock.advance(1_000);
    const { total, rows, isComplete } = await reading;

    assert.is(read, 200);
    assert.equal([total, isComplete, rows[0]?.address], [15_000, true, 'shop/19999']);
    assert.ok(bytesEach < 600, `${bytesEach} bytes each`);
    await board.close();
  }),
);

test.run();
