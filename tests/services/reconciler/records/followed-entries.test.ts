// Records are followed for as long as they are wanted, over whatever ends the feed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { followEntries } from '../../../../services/reconciler/records/followed-entries.ts';
import type { RecordFeed } from '../../../../transport/nats/record-feed.ts';
import type { Entry } from '../../../../transport/ports.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';
import { within } from '../../../support/within.ts';

const LIMIT_MS = 10_000;
const LOG = { info: () => {}, warn: () => {}, error: () => {} };

function entry(key: string): Entry {
  return { key, value: key === 'gone' ? null : '{}', revision: 1, storedAtMs: 0 };
}

/** Hands out these keys, then ends, or goes on until it is closed. */
function feedOf(keys: string[], end: 'breaks' | 'stays'): RecordFeed {
  let catchUp = () => {};
  let close = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  async function* entries() {
    yield* keys.map(entry);
    catchUp();
    if (end === 'breaks') throw new Error('the connection was given up');
    await closed;
  }
  const caughtUp = new Promise<void>((resolve) => {
    catchUp = resolve;
  });
  return { entries, caughtUp, close: async () => close() };
}

function setup(...feeds: RecordFeed[]) {
  const clock = createVirtualClock();
  const taken: string[] = [];
  const present: string[][] = [];
  const openFeed = async () => {
    const next = feeds.shift();
    if (next === undefined) throw new Error('not reachable');
    return next;
  };
  const take = ({ key }: Entry) => {
    taken.push(key);
    if (key === 'bad') throw new Error('not readable');
  };
  const onPresent = (keys: ReadonlySet<string>) => void present.push([...keys]);
  const follow = () => followEntries({ bucket: 'b', clock, log: LOG, openFeed, take, onPresent });
  return { clock, taken, present, follow, feeds };
}

test(
  'what is there is taken before it begins, and an entry that cannot be taken is passed over',
  within(LIMIT_MS, async () => {
    const { taken, follow, clock } = setup(feedOf(['a', 'bad', 'b'], 'stays'));

    const followed = await follow();

    assert.equal(taken, ['a', 'bad', 'b']);
    followed.close();
    assert.is(clock.waiting(), 0);
  }),
);

test(
  'a feed that ends is opened again until that succeeds, and then says what there is',
  within(LIMIT_MS, async () => {
    const { taken, present, follow, clock, feeds } = setup(feedOf(['a', 'b'], 'breaks'));
    const followed = await follow();
    await clock.advance(30_000);
    feeds.push(feedOf(['b', 'c', 'gone'], 'stays'));

    await clock.advance(5_000);

    assert.equal([taken, present], [['a', 'b', 'b', 'c', 'gone'], [['b', 'c']]]);
    followed.close();
    await clock.advance(30_000);
    assert.is(clock.waiting(), 0);
  }),
);

test.run();
