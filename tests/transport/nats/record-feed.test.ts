// The feed of a bucket on a real server that is restarted: what is there comes first, then every change, each
// once and in order, and nobody waits for ever for the end of what is there.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createBucket } from '../../../transport/nats/bucket.ts';
import { openRecordFeed, type RecordFeedOptions } from '../../../transport/nats/record-feed.ts';
import type { Entry } from '../../../transport/ports.ts';
import { openNats } from '../../support/nats-fixture.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { within } from '../../support/within.ts';
import { fill, linkOf, named, readAll, remove, writeSteps } from './feed-fixture.ts';

let prefixes = 0;

async function setup() {
  const { close, connect, nc, server } = await openNats();
  prefixes += 1;
  const prefix = `feed${prefixes}`;
  const bucket = createBucket(nc, 'onceward-runs');
  const reader = await connect('reader');
  const open = (options: RecordFeedOptions) =>
    openRecordFeed(linkOf(reader), 'onceward-runs', { filter: `${prefix}.>`, ...options });
  return { ...{ bucket, close, nc, open, prefix, reader, server } };
}

function valuesOf(entries: readonly Entry[]): (string | null)[] {
  return entries.map(({ value }) => value);
}

/** What a reader of these entries believes to be there. */
function believed(entries: readonly Entry[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const { key, value } of entries) {
    if (value === null) values.delete(key);
    else values.set(key, value);
  }
  return values;
}

test(
  'the newest entry of each present key comes first, then every change in its order',
  within(20_000, async () => {
    const { close, nc, open, prefix } = await setup();
    await writeSteps(nc, `${prefix}.a`, ['1', '2']);
    await writeSteps(nc, `${prefix}.gone`, ['1']);
    await remove(nc, `${prefix}.gone`);
    await writeSteps(nc, `${prefix}.b`, ['1']);

    const feed = await open({ isPresentIncluded: true });
    const { received, until } = readAll(feed.entries());
    await feed.caughtUp;
    const present = [...received];
    await writeSteps(nc, `${prefix}.a`, named('a', 10));
    await remove(nc, `${prefix}.b`);
    await until(({ length }) => length === 13);

    assert.equal(
      present.map(({ key, value }) => [key, value]),
      [
        [`${prefix}.a`, '2'],
        [`${prefix}.b`, '1'],
      ],
    );
    assert.equal(valuesOf(received.slice(2)), [...named('a', 10), null]);
    const revisions = received.map(({ revision }) => revision);
    assert.equal(
      revisions,
      [...revisions].sort((one, other) => one - other),
    );
    await feed.close();
    await close();
  }),
);

test(
  'without what is there, only changes come',
  within(20_000, async () => {
    const { close, nc, open, prefix } = await setup();
    await writeSteps(nc, `${prefix}.a`, ['before']);

    const feed = await open({ isPresentIncluded: false });
    await feed.caughtUp;
    const { until } = readAll(feed.entries());
    await writeSteps(nc, `${prefix}.a`, ['after']);

    assert.equal(valuesOf(await until(({ length }) => length > 0)), ['after']);
    await feed.close();
    await close();
  }),
);

test(
  'a feed of nothing has caught up at once',
  within(20_000, async () => {
    const { close, open } = await setup();
    const feed = await open({ isPresentIncluded: true });
    const { ended } = readAll(feed.entries());

    await feed.caughtUp;

    await feed.close();
    await ended;
    await close();
  }),
);

test(
  'a feed has caught up only when its reader has taken everything that was there',
  within(20_000, async () => {
    const { bucket, close, open, prefix } = await setup();
    await fill(bucket, { prefix, count: 450 });
    const feed = await open({ isPresentIncluded: true });
    let taken = 0;
    readAll(feed.entries(), async () => {
      await Promise.resolve();
      taken += 1;
    });

    await feed.caughtUp;

    assert.is(taken, 450);
    await feed.close();
    await close();
  }),
);

test(
  'what a reader has not taken yet waits in the server, but for two pages',
  within(20_000, async () => {
    const { bucket, close, open, prefix, reader } = await setup();
    await fill(bucket, { prefix, count: 2_000 });
    const feed = await open({ isPresentIncluded: true });
    const entries = feed.entries()[Symbol.asyncIterator]();
    await entries.next();
    const before = reader.stats().inMsgs;
    // More answers than ten pages would take.
    for (let n = 0; n < 30; n += 1) await reader.flush();
    const gathered = reader.stats().inMsgs - before;
    for (let n = 1; n < 2_000; n += 1) await entries.next();
    const read = reader.stats().inMsgs - before;

    assert.ok(gathered <= 400, `${gathered} messages for a reader that has taken one`);
    assert.ok(read >= 1_600, `${read} messages`);
    await feed.close();
    await close();
  }),
);

test(
  'keys that are removed while they are to be read do not keep a feed from catching up',
  within(20_000, async () => {
    const { bucket, close, open, prefix } = await setup();
    await fill(bucket, { prefix: `${prefix}.staying`, count: 300, value: 'x'.repeat(2_000) });
    const leaving = await fill(bucket, { prefix: `${prefix}.leaving`, count: 600 });
    const feed = await open({ isPresentIncluded: true });
    const removing = [...leaving].map(([key, expectedRevision]) =>
      bucket.write({ key, value: null, expectedRevision }),
    );
    const { received, until } = readAll(feed.entries(), async () => void (await removing.at(-1)));

    await feed.caughtUp;
    const removals = (entries: readonly Entry[]) => entries.filter(({ value }) => value === null);
    await until((entries) => removals(entries).length === 600);

    assert.is(believed(received).size, 300);
    await feed.close();
    await close();
  }),
);

test(
  'changes are handed out once and in order, although the server is restarted under them',
  within(40_000, async () => {
    const { close, nc, open, prefix, server } = await setup();
    const feed = await open({ isPresentIncluded: true });
    const { until } = readAll(feed.entries());
    // As many as a bucket keeps of one key, so that none can be gone before it is read.
    const steps = named('step', 60);
    const writing = Promise.all(
      ['a', 'b', 'c', 'd'].map((key) => writeSteps(nc, `${prefix}.${key}`, steps)),
    );

    await until(({ length }) => length > 60);
    await server.restart();
    await until(({ length }) => length > 140);
    await server.restart({ kill9: true });
    await writing;
    const entries = await until(({ length }) => length >= 4 * 60);

    const revisions = entries.map(({ revision }) => revision);
    const ofKey = (name: string) => entries.filter(({ key }) => key === `${prefix}.${name}`);
    assert.equal(
      revisions,
      [...new Set(revisions)].sort((one, other) => one - other),
    );
    assert.equal(['a', 'b', 'c', 'd'].map(ofKey).map(valuesOf), [steps, steps, steps, steps]);
    await feed.close();
    await close();
  }),
);

test(
  'what changes between the opening and the reading is handed out once, as a change',
  within(20_000, async () => {
    const { close, nc, open, prefix } = await setup();
    await writeSteps(nc, `${prefix}.a`, ['1']);
    await writeSteps(nc, `${prefix}.b`, ['1']);
    const feed = await open({ isPresentIncluded: true });
    await writeSteps(nc, `${prefix}.a`, ['2', '3']);
    await remove(nc, `${prefix}.b`);

    const { until } = readAll(feed.entries());
    const entries = await until((received) => received.at(-1)?.value === null);

    assert.equal(valuesOf(entries), ['2', '3', null]);
    await feed.close();
    await close();
  }),
);

test(
  'a connection that breaks in the middle of what is there repeats no key, and leaves none out',
  within(40_000, async () => {
    const { bucket, close, nc, open, prefix, reader } = await setup();
    await fill(bucket, { prefix, count: 4_000, value: 'x'.repeat(2_000) });
    const totals: number[] = [];
    const onTotal = (keys: number) => void totals.push(keys);
    const feed = await open({ isPresentIncluded: true, onTotal });
    const { received, until } = readAll(feed.entries(), async ({ key }) => {
      if (key !== `${prefix}.150`) return;
      await reader.reconnect();
      await remove(nc, `${prefix}.0`);
    });

    await feed.caughtUp;
    await until((entries) => entries.at(-1)?.value === null);

    assert.equal(totals.length, 2, 'the connection broke too late to matter');
    const revisions = received.map(({ revision }) => revision);
    assert.equal(revisions, [...new Set(revisions)]);
    assert.is(believed(received).size, 3_999);
    assert.is(received.length, 4_001);
    await feed.close();
    await close();
  }),
);

test.after(() => stopNatsServer());
test.run();
