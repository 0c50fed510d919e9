// A bucket in memory is lost with its server, and made anew: whoever follows it is told of the keys that are not
// there any more, and of no other.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAnnouncer } from '../../../transport/nats/presence.ts';
import { openRecordFeed } from '../../../transport/nats/record-feed.ts';
import { ensureTopology } from '../../../transport/nats/topology.ts';
import type { Entry } from '../../../transport/ports.ts';
import { openNats } from '../../support/nats-fixture.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { within } from '../../support/within.ts';
import { linkOf, readAll } from './feed-fixture.ts';

const TTL_MS = 60_000;

async function setup({ settleMs = 0 } = {}) {
  const { close, connect, nc, server } = await openNats();
  const { watch } = linkOf(nc);
  const announcer = createAnnouncer(nc);
  const announce = (identity: string) =>
    announcer.announce(
      { ...{ identity, role: 'worker', machine: 'm', pid: 1, startedAtMs: 0 } },
      TTL_MS,
    );
  const reader = await connect('reader');
  const open = () =>
    openRecordFeed(linkOf(reader), 'onceward-presence', { isPresentIncluded: true, settleMs });
  const restart = async () => {
    await server.restart();
    await watch.present();
    await ensureTopology(nc, { partitions: 1 });
  };
  const end = async (feed: { close(): Promise<void> }) => {
    await feed.close();
    await close();
    await stopNatsServer();
  };
  return { announce, end, open, restart };
}

function isGone(identity: string) {
  return (entries: readonly Entry[]) =>
    entries.some(({ key, value }) => key === `worker.${identity}` && value === null);
}

test(
  'a key that is not there any more is removed, and one that came back is not',
  within(30_000, async () => {
    const { announce, end, open, restart } = await setup({ settleMs: 1_000 });
    await announce('dead');
    const feed = await open();
    const { until } = readAll(feed.entries());
    await announce('alive');
    await until(({ length }) => length === 2);
    await restart();
    await announce('alive');

    const entries = await until(isGone('dead'));

    assert.not(isGone('alive')(entries));
    assert.is(entries.at(-2)?.key, 'worker.alive');
    await end(feed);
  }),
);

test(
  'a bucket that was lost before anything changed in it is read anew, too',
  within(30_000, async () => {
    const { announce, end, open, restart } = await setup();
    await announce('dead');
    const feed = await open();
    const { until } = readAll(feed.entries());
    await feed.caughtUp;
    await restart();
    await announce('new');

    const entries = await until((all) => isGone('dead')(all) && all.length >= 3);

    assert.equal(entries.map(({ key, value }) => [key, value === null]).sort(), [
      ['worker.dead', false],
      ['worker.dead', true],
      ['worker.new', false],
    ]);
    await end(feed);
  }),
);

test(
  'a new bucket that has grown past the old one is not taken for it',
  within(30_000, async () => {
    const { announce, end, open, restart } = await setup();
    const feed = await open();
    const { until } = readAll(feed.entries());
    await announce('dead');
    await until(({ length }) => length === 1);
    await restart();
    for (let n = 0; n < 20; n += 1) await announce('alive');

    const entries = await until(isGone('dead'));

    assert.ok(entries.some(({ key }) => key === 'worker.alive'));
    await end(feed);
  }),
);

test.after(() => stopNatsServer());
test.run();
