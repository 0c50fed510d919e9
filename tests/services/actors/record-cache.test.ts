// The cache: what is in hand is not read again, and what cannot be read is told apart.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseAddress } from '../../../machines/address.ts';
import { encodeRecord } from '../../../machines/record.ts';
import { createRecordCache, decodeEntry } from '../../../services/actors/record-cache.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { RUN, runOpening } from './actor-events.ts';
import { createActorHost, createActorWorld } from './actor-hosts.ts';

const KEY = RUN.slice('run.'.length);

async function setup() {
  const world = createActorWorld();
  await createActorHost(world, 'host-a').actors.deliver(runOpening());
  const stored = await world.stored(RUN);
  if (stored === null) throw new Error('the run was not opened');
  const runs = world.bucket('onceward-runs');
  const cache = createRecordCache(world.bucket, world.clock.monotonicMs);
  const load = (address = RUN) => {
    const parsed = parseAddress(address);
    if (parsed === null) throw new Error(`${address} is no address`);
    return cache.load(address, parsed);
  };
  return { cache, load, runs, stored, world };
}

function entry(value: string | null) {
  return { key: KEY, value, revision: 7, storedAtMs: 0 };
}

test(
  'a record is read once, and from then on taken from memory',
  within(5_000, async () => {
    const { load, runs, stored } = await setup();
    const before = runs.counters().reads;

    const loaded = [await load(), await load(), await load()];

    assert.equal(loaded, Array(3).fill({ status: 'stored', stored }));
    assert.is(runs.counters().reads - before, 1);
  }),
);

test(
  'what is forgotten is read again',
  within(5_000, async () => {
    const { cache, load, runs } = await setup();
    await load();
    const before = runs.counters().reads;

    cache.forget(RUN);
    await load();
    cache.forgetAll();
    const inHand = cache.peek(RUN);
    await load();

    assert.is(inHand, undefined);
    assert.is(runs.counters().reads - before, 2);
  }),
);

test(
  'what somebody else has in hand from now on is forgotten, and nothing else',
  within(5_000, async () => {
    const { cache, stored } = await setup();
    cache.put(RUN, stored, 0);
    cache.put('item.shop.7', stored, 0);

    cache.forgetWhere((address) => address.startsWith('item.'));

    assert.equal([cache.peek(RUN), cache.peek('item.shop.7')], [stored, undefined]);
  }),
);

test(
  'what is put is found without reading',
  within(5_000, async () => {
    const { cache, load, runs, stored } = await setup();
    const newer = { ...stored, revision: stored.revision + 5 };
    const before = runs.counters().reads;

    cache.put(RUN, newer, 0);

    assert.equal(await load(), { status: 'stored', stored: newer });
    assert.is(cache.peek(RUN), newer);
    assert.is(runs.counters().reads, before);
  }),
);

test(
  'a key that never existed is absent, and is looked for again the next time',
  within(5_000, async () => {
    const { load } = await setup();

    assert.equal(await load('run.shop.8.build.1'), { status: 'absent' });
    assert.equal(await load('run.shop.8.build.1'), { status: 'absent' });
  }),
);

test(
  'a removed key is archived, and so is one whose marker is gone but that the archive knows',
  within(5_000, async () => {
    const { load, runs, stored, world } = await setup();
    await runs.write({ key: KEY, value: null, expectedRevision: stored.revision });
    const write = { key: 'item.shop.9', value: '{}', expectedRevision: 0 };
    await world.bucket('onceward-archive').write(write);

    assert.equal(await load(), { status: 'archived' });
    assert.equal(await load('item.shop.9'), { status: 'archived' });
  }),
);

test(
  'a read that is not answered is an error, and nothing is remembered of it',
  within(5_000, async () => {
    const { cache, load, runs } = await setup();
    runs.plan({ fault: 'lost-read' });

    await rejects(load(), 'OUTCOME_UNKNOWN');

    assert.is(cache.peek(RUN), undefined);
    assert.is((await load()).status, 'stored');
  }),
);

test(
  'what is not readable is not remembered either',
  within(5_000, async () => {
    const { cache, load, runs } = await setup();
    await runs.write({ key: 'shop.8.build.1', value: 'no record', expectedRevision: 0 });

    assert.is((await load('run.shop.8.build.1')).status, 'corrupt');
    assert.is(cache.peek('run.shop.8.build.1'), undefined);
  }),
);

test(
  'an entry decodes to the record at its revision, or to the reason why not',
  within(5_000, async () => {
    const { record } = (await setup()).stored;
    const newer = { ...record, machineVersion: record.machineVersion + 1 };

    assert.equal(decodeEntry(entry(encodeRecord(record))), {
      ...{ status: 'stored', stored: { record, revision: 7 } },
    });
    assert.is(decodeEntry(entry(null)).status, 'archived');
    assert.is(decodeEntry(entry('{}')).status, 'corrupt');
    assert.is(decodeEntry(entry('{"v":2}')).status, 'newer');
    assert.is(decodeEntry(entry(encodeRecord(newer))).status, 'newer');
  }),
);

test.run();
