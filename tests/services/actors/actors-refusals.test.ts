// What actors refuse: with a reason, on the newest record, and without a trace but in the audit.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ActorRecord } from '../../../machines/record.ts';
import { within } from '../../support/within.ts';
import { ask, claim, exited, ITEM, itemOpening, RUN } from './actor-events.ts';
import { createActorHost } from './actor-hosts.ts';
import { RUN_KEY, setup, setupWithRun, summary } from './actor-setup.ts';

test(
  'a refused event leaves no trace but its reason',
  within(5_000, async () => {
    const { actors, outcomes, performed, runs, world } = await setupWithRun();
    const before = await runs.read(RUN_KEY);

    const { reply } = await actors.deliver(ask(RUN, 'gone', { id: 'early' }));

    assert.is(reply.outcome === 'refused' && reply.reason, 'not-now');
    assert.equal(await runs.read(RUN_KEY), before);
    assert.equal(performed, []);
    assert.is(outcomes.at(-1)?.event.id, 'early');
    assert.equal(outcomes.at(-1)?.reply, reply);
    assert.is((await world.stored(RUN))?.record.recent.length, 1);
  }),
);

test(
  'an event is never refused on a record that another host has moved since',
  within(5_000, async () => {
    const { actors, world } = await setupWithRun();
    const other = createActorHost(world, 'host-b');
    await other.actors.deliver(exited());

    const delivery = await actors.deliver(claim('publisher'));

    assert.is(summary(delivery), 'claimed');
  }),
);

test(
  'a record that would exceed 256 KiB is refused before the write',
  within(5_000, async () => {
    const { actors, world } = setup();
    const pipeline = JSON.parse(JSON.stringify(itemOpening().data)).pipeline;
    const env = Object.fromEntries(
      Array.from({ length: 70 }, (_, n) => [`V${n}`, 'x'.repeat(4_000)]),
    );
    const stages = [{ ...pipeline.stages[0], env }];
    const data = { title: 'too large', pipeline: { ...pipeline, stages } };

    const delivery = await actors.deliver(ask(ITEM, 'open', { data }));

    assert.is(summary(delivery), 'too-large in null');
    assert.is(world.bucket('onceward-items').counters().writes, 0);
  }),
);

test(
  'an event for no possible address is refused as unknown-actor',
  within(5_000, async () => {
    const { actors } = setup();

    assert.is(summary(await actors.deliver(ask('run.shop', 'open'))), 'unknown-actor in null');
    assert.is(summary(await actors.deliver(exited())), 'unknown-actor in null');
  }),
);

test(
  'a record of a newer version, or one that is not readable, is left untouched',
  within(5_000, async () => {
    const { actors, runs } = setup();
    const newer = JSON.stringify({ v: 2 } satisfies Partial<Record<keyof ActorRecord, number>>);
    await runs.write({ key: RUN_KEY, value: newer, expectedRevision: 0 });
    await runs.write({ key: 'shop.8.build.1', value: 'no record', expectedRevision: 0 });

    const first = await actors.deliver(exited());
    const second = await actors.deliver(exited('run.shop.8.build.1'));

    assert.is(summary(first), 'newer-version in null');
    assert.is(summary(second), 'newer-version in null');
    assert.is((await runs.read(RUN_KEY))?.value, newer);
    assert.is((await runs.read('shop.8.build.1'))?.value, 'no record');
  }),
);

test.run();
