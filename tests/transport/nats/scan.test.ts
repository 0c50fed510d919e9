// The scan of a bucket on a real server where it is hard: large entries, keys that vanish meanwhile, a visitor
// that fails, a connection that goes away. What was left out must be said.
import { mock } from 'node:test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createBucket } from '../../../transport/nats/bucket.ts';
import type { Bucket, Write } from '../../../transport/ports.ts';
import { openNats } from '../../support/nats-fixture.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';

/** What a page that stands still costs at least, in milliseconds. */
const STANDSTILL_MS = 5_000;
const PAGE_MESSAGES = 200;
const MAX_BATCH_WRITES = 200;
let prefixes = 0;

async function setup() {
  const { close, connect } = await openNats();
  prefixes += 1;
  const prefix = `scan${prefixes}`;
  const bucket = createBucket(await connect('scanning'), 'onceward-runs');
  const other = createBucket(await connect('other'), 'onceward-runs');
  return {
    ...{ bucket, close, connect, other, prefix },
    /** Writes keys `<prefix>.<group>.<n>` in their order; says which revision each got. */
    fill: (group: string, count: number, value = 'x') =>
      filled(other, { prefix: `${prefix}.${group}`, count, value }),
  };
}

async function filled(
  bucket: Bucket,
  { prefix, count, value }: { prefix: string; count: number; value: string },
): Promise<Map<string, number>> {
  const revisions = new Map<string, number>();
  for (let from = 0; from < count; from += MAX_BATCH_WRITES) {
    const size = Math.min(MAX_BATCH_WRITES, count - from);
    const writes: Write[] = Array.from({ length: size }, (_, n) => ({
      ...{ key: `${prefix}.${from + n}`, value, expectedRevision: 0 },
    }));
    const written = await bucket.writeBatch(writes);
    if (written.outcome !== 'won') throw new Error(`${prefix} was not written`);
    for (const [n, { key }] of writes.entries()) revisions.set(key, written.revisions[n] ?? 0);
  }
  return revisions;
}

function removed(bucket: Bucket, revisions: ReadonlyMap<string, number>) {
  const removing = [...revisions].map(([key, expectedRevision]) =>
    bucket.write({ key, value: null, expectedRevision }),
  );
  return Promise.all(removing);
}

test(
  'entries that are too large for one page together are all visited',
  within(10_000, async () => {
    const { bucket, close, other, prefix } = await setup();
    const value = 'x'.repeat(250_000);
    const keys = Array.from({ length: 70 }, (_, n) => `${prefix}.${n}`);
    await Promise.all(keys.map((key) => other.write({ key, value, expectedRevision: 0 })));

    const visited = new Map<string, number>();
    await bucket.scan(
      ({ key, value: found }) => visited.set(key, found?.length ?? 0),
      `${prefix}.>`,
    );

    assert.equal([...visited.keys()].sort(), keys.sort());
    assert.ok([...visited.values()].every((length) => length === value.length));
    await close();
  }),
);

test(
  'keys that are removed while a scan is under way cost no standstill, and no live key',
  within(10_000, async () => {
    const { bucket, close, fill, other, prefix } = await setup();
    const before = await fill('before', 2_000, 'x'.repeat(2_000));
    const leaving = await fill('leaving', 600);
    const after = await fill('after', 400);
    const visited: string[] = [];
    let removing: ReturnType<typeof removed> | undefined;

    const startedMs = performance.now();
    await bucket.scan(({ key }) => {
      visited.push(key);
      removing ??= removed(other, leaving);
    }, `${prefix}.>`);
    const tookMs = performance.now() - startedMs;

    const outcomes = (await removing) ?? [];
    const live = visited.filter((key) => !leaving.has(key));
    assert.ok(outcomes.length === 600 && outcomes.every(({ outcome }) => outcome === 'won'));
    assert.ok(visited.length - live.length < 600, 'every removal came too late to matter');
    assert.equal(live.sort(), [...before.keys(), ...after.keys()].sort());
    assert.ok(tookMs < STANDSTILL_MS, `${Math.round(tookMs)} ms`);
    await close();
  }),
);

test(
  'a visitor that throws ends the scan with an error',
  within(10_000, async () => {
    const { bucket, close, fill, prefix } = await setup();
    await fill('key', 3);
    let visits = 0;

    const scanning = bucket.scan(() => {
      visits += 1;
      throw new Error('the visitor has had enough');
    }, `${prefix}.>`);

    const error = await rejects(scanning, 'OUTCOME_UNKNOWN');
    assert.match(error.message, 'the visitor has had enough');
    assert.is(visits, 1);
    await close();
  }),
);

test(
  'a connection that is closed in the middle rejects the scan once its page stands still',
  within(10_000, async () => {
    const { close, connect, fill, prefix } = await setup();
    await fill('key', 2 * PAGE_MESSAGES);

    await onStoppedTimers(async () => {
      const nc = await connect('closing');
      const bucket = createBucket(nc, 'onceward-runs');
      const scanning = bucket.scan(() => void nc.close(), `${prefix}.>`);
      const rejected = rejects(scanning, 'BROKER_UNAVAILABLE');
      await nc.closed();

      // What a timer throws would come out here.
      assert.not.throws(() => mock.timers.tick(STANDSTILL_MS));
      await rejected;
    });

    await close();
  }),
);

test.after(() => stopNatsServer());
test.run();

/** Everything that sets a timer in there is begun in there: what was set before could not be cleared. */
async function onStoppedTimers(body: () => Promise<void>): Promise<void> {
  mock.timers.enable();
  try {
    await body();
  } finally {
    mock.timers.reset();
  }
}
