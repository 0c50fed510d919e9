// The bucket on a real server where it can go wrong: an answer that does not come is unknown, never lost or won.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createBucket } from '../../../transport/nats/bucket.ts';
import type { Write } from '../../../transport/ports.ts';
import { openNats } from '../../support/nats-fixture.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { within } from '../../support/within.ts';

let prefixes = 0;

async function setup() {
  const { close, connect, nc, server } = await openNats();
  prefixes += 1;
  const prefix = `bucket${prefixes}`;
  const key = `${prefix}.key`;
  return { bucket: createBucket(nc, 'onceward-runs'), close, connect, key, nc, prefix, server };
}

function creations(prefix: string, count: number): Write[] {
  return Array.from({ length: count }, (_, n) => ({
    ...{ key: `${prefix}.${n}`, value: `value ${n}`, expectedRevision: 0 },
  }));
}

test(
  'on a connection that is closed every write is unknown, and a read is an error',
  within(20_000, async () => {
    const { bucket, close, connect, key, prefix } = await setup();
    const broken = await connect('broken');
    await broken.close();
    const unreachable = createBucket(broken, 'onceward-runs');

    const single = await unreachable.write({ key, value: 'one', expectedRevision: 0 });
    const batch = await unreachable.writeBatch(creations(prefix, 10));
    const reading = await unreachable.read(key).then(
      () => 'answered',
      (error: { code?: string }) => error.code,
    );

    assert.equal([single.outcome, batch.outcome], ['unknown', 'unknown']);
    assert.is(reading, 'BROKER_UNAVAILABLE');
    assert.is(await bucket.read(key), null);
    await close();
  }),
);

test(
  'a bucket that does not exist answers no write with won or lost',
  within(20_000, async () => {
    const { close, nc } = await setup();
    const missing = createBucket(nc, 'no-such-bucket');

    const single = await missing.write({ key: 'a', value: 'one', expectedRevision: 0 });
    const batch = await missing.writeBatch(creations('a', 10));

    assert.is(single.outcome, 'unknown');
    assert.is(batch.outcome, 'unknown');
    await close();
  }),
);

test(
  'an entry carries the time the server stored it',
  within(20_000, async () => {
    const { bucket, close, key } = await setup();
    const beforeMs = Date.now() - 50;
    await bucket.write({ key, value: 'one', expectedRevision: 0 });

    const entry = await bucket.read(key);
    const scanned: number[] = [];
    await bucket.scan(({ storedAtMs }) => scanned.push(storedAtMs), key);

    const storedAtMs = entry?.storedAtMs ?? 0;
    assert.ok(storedAtMs >= beforeMs && storedAtMs <= Date.now() + 50, `${storedAtMs}`);
    assert.is(Math.floor(scanned[0] ?? 0), Math.floor(storedAtMs));
    await close();
  }),
);

test(
  'a removal leaves a marker that lives for ten days',
  within(20_000, async () => {
    const { bucket, close, key, nc } = await setup();
    const written = await bucket.write({ key, value: 'one', expectedRevision: 0 });
    const expectedRevision = written.outcome === 'won' ? written.revision : 0;
    await bucket.write({ key, value: null, expectedRevision });

    const request = JSON.stringify({ last_by_subj: `$KV.onceward-runs.${key}` });
    const answer = await nc.request('$JS.API.STREAM.MSG.GET.KV_onceward-runs', request);

    const { message } = answer.json<{ message: { hdrs: string } }>();
    const head = Buffer.from(message.hdrs, 'base64').toString();
    assert.match(head, /^KV-Operation: ?PURGE/m);
    assert.match(head, /^Nats-TTL: ?240h/m);
    await close();
  }),
);

test(
  'of single writes and batches from several connections exactly one wins each key',
  within(30_000, async () => {
    const { bucket, close, connect, prefix } = await setup();
    const rivals = await Promise.all(['a', 'b', 'c'].map((name) => connect(name)));
    const buckets = rivals.map((nc) => createBucket(nc, 'onceward-runs'));
    const won = new Map<string, number>();
    const count = (key: string, outcome: string) => {
      if (outcome === 'won') won.set(key, (won.get(key) ?? 0) + 1);
    };

    for (let round = 0; round < 20; round += 1) {
      const writes = creations(`${prefix}.${round}`, 10);
      const racing = buckets.map(async (rival, n) => {
        const together = n > 0 ? rival.writeBatch(writes) : null;
        const outcomes = writes.map((write) => together ?? rival.write(write));
        for (const [index, { outcome }] of (await Promise.all(outcomes)).entries()) {
          count(writes[index]?.key ?? '', outcome);
        }
      });
      await Promise.all(racing);
    }

    const live: string[] = [];
    await bucket.scan(({ key }) => live.push(key), `${prefix}.>`);
    assert.equal([...won.keys()].sort(), live.sort());
    assert.ok([...won.values()].every((wins) => wins === 1));
    await close();
  }),
);

test(
  'what was written stays written when the server is killed, and the bucket goes on',
  within(30_000, async () => {
    const { bucket, close, nc, prefix, server } = await setup();
    await bucket.writeBatch(creations(prefix, 50));
    const isBack = (async () => {
      for await (const { type } of nc.status()) if (type === 'reconnect') return;
    })();

    await server.restart({ kill9: true });
    await isBack;

    const found: string[] = [];
    await bucket.scan(({ key }) => found.push(key), `${prefix}.*`);
    assert.is(found.length, 50);
    const written = await bucket.write({ key: `${prefix}.50`, value: 'x', expectedRevision: 0 });
    assert.is(written.outcome, 'won');
    await close();
  }),
);

test.after(() => stopNatsServer());
test.run();
