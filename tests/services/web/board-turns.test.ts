// What the board's readers cost whoever shares their thread, and its end while the server is away.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createBoardIndex } from '../../../services/web/board-index.ts';
import type { BoardQuery } from '../../../services/web/board-query.ts';
import type { RecordFeed } from '../../../transport/nats/record-feed.ts';
import type { Clock } from '../../../transport/ports.ts';
import { createVirtualClock, settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { type HandFed, handFed, itemEntry } from './feed-fixture.ts';

const LIMIT_MS = 20_000;
const ALL: BoardQuery = {
  ...{ project: null, state: null, stage: null, text: null },
  isArchiveIncluded: false,
  offset: 0,
  limit: 100,
};

function boardOf(clock: Clock, openRecords: () => Promise<RecordFeed>) {
  return createBoardIndex({ session: { clock, openRecords }, log: { warn: () => {} } });
}

function giveMany(feed: HandFed): void {
  for (let n = 0; n < 20_000; n += 1) feed.give(itemEntry(`shop.${n}`));
}

test(
  'many rows are looked at in turns, and once for all who ask the same before that has begun',
  within(LIMIT_MS, async () => {
    const clock = createVirtualClock();
    const feed = handFed();
    const board = boardOf(clock, async () => feed);
    await board.read(ALL);
    giveMany(feed);
    feed.catchUp();
    await clock.advance(1_000);
    await settled();
    const before = clock.waiting();
    const readings = [0, 100, 200, 300].map((offset) => board.read({ ...ALL, offset }));
    await settled();
    const isInTurns = clock.waiting() > before;
    await clock.advance(25);
    const pages = await Promise.all(readings);

    assert.ok(isInTurns);
    assert.equal(
      pages.map(({ offset, rows }) => [offset, rows[0]?.address]),
      [
        [0, 'shop/19999'],
        [100, 'shop/19899'],
        [200, 'shop/19799'],
        [300, 'shop/19699'],
      ],
    );
    await board.close();
  }),
);

test(
  'closing waits for no feed that is still being opened, and closes it when it is',
  within(LIMIT_MS, async () => {
    const clock = createVirtualClock();
    const feed = handFed();
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const board = boardOf(clock, () => answered.then(() => feed));
    const reading = board.read(ALL);
    await board.close();
    const waiting = clock.waiting();
    answer();
    await reading;
    await settled();

    assert.is(waiting, 0);
    assert.ok(feed.isClosed());
  }),
);

test.run();
