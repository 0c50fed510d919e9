// One host's actors: events one after the other, committed before they are answered, applied once.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Delivery } from '../../../services/actors/delivery.ts';
import { rejects } from '../../support/rejects.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { ask, claim, exited, itemOpening, RUN, runOpening } from './actor-events.ts';
import { createActorHost, createActorWorld, LONG_MS, type Mutation } from './actor-hosts.ts';
import { RUN_KEY, setup, setupWithRun, summary } from './actor-setup.ts';

test(
  'an applied event is answered with the state and the revision that are read back',
  within(5_000, async () => {
    const { actors, world } = await setupWithRun();

    const { reply } = await actors.deliver(exited());

    const stored = await world.stored(RUN);
    const { revision } = stored ?? {};
    assert.equal(reply, { outcome: 'applied', revision, state: 'finalizing', isRepeat: false });
    assert.is(stored?.record.by, 'host-a');
  }),
);

test(
  'effects are performed after the commit, under the revision that ordered them',
  within(5_000, async () => {
    const world = createActorWorld();
    const seen: (string | undefined)[] = [];
    const { actors, performed } = createActorHost(world, 'host-a', {
      async onPerform() {
        seen.push((await world.stored(RUN))?.record.event.type);
      },
    });
    await actors.deliver(runOpening());
    await actors.deliver(exited());

    const delivery = await actors.deliver(claim('publisher'));
    await delivery.performed;

    const { reply } = delivery;
    assert.equal(seen, ['claim']);
    assert.is(performed[0]?.origin.fence, reply.outcome === 'applied' ? reply.revision : 0);
  }),
);

test(
  'events of one actor are decided in the order in which they came, while others go on',
  within(5_000, async () => {
    const { actors, clock, runs } = await setupWithRun();
    runs.plan({ fault: 'error-before-write', key: RUN_KEY });
    const other = 'run.shop.8.build.1';
    const order: string[] = [];
    const note = (name: string) => (delivery: Delivery) =>
      void order.push(name + summary(delivery));

    void actors.deliver(ask(RUN, 'started', { door: 'mailbox' })).then(note('first '));
    void actors.deliver({ ...exited(), door: 'mailbox' }).then(note('second '));
    void actors.deliver(runOpening(other)).then(note('other '));
    await settled();
    const early = [...order];
    await clock.advance(LONG_MS);

    assert.equal(early, ['other running.queued']);
    assert.equal(order.slice(1), ['first running.starting', 'second finalizing']);
  }),
);

test(
  'an event that comes again is answered with the first result, and applied once',
  within(5_000, async () => {
    const { actors, outcomes, performed, runs } = await setupWithRun();
    await actors.deliver(exited());
    const event = claim('publisher');
    const first = await actors.deliver(event);
    await actors.deliver(ask(RUN, 'finalize-step', { data: { step: 'x', key: 'x' } }));
    const writes = runs.counters().writes;

    const again = await actors.deliver(event);
    await again.performed;

    assert.equal(again.reply, { ...first.reply, isRepeat: true });
    assert.is(runs.counters().writes, writes);
    assert.is(performed.length, 1);
    assert.is(outcomes.at(-1)?.event.id, event.id);
  }),
);

test(
  'a repeat at the next host performs what the first could not, and is answered after that',
  within(5_000, async () => {
    const world = createActorWorld();
    const dead = createActorHost(world, 'host-a', { onPerform: () => new Promise(() => {}) });
    const event = itemOpening();
    await dead.actors.deliver(event);
    const next = createActorHost(world, 'host-b');

    const { reply, performed } = await next.actors.deliver(event);
    await performed;

    assert.ok(reply.outcome === 'applied' && reply.isRepeat);
    assert.equal(next.performedNames(), ['open']);
  }),
);

test(
  'an event that loses to another host is decided again, on what the other has written',
  within(5_000, async () => {
    const { actors, world } = await setupWithRun();
    const other = createActorHost(world, 'host-b');
    await other.actors.deliver(ask(RUN, 'started'));

    const delivery = await actors.deliver(ask(RUN, 'started', { id: 'late' }));

    assert.is(summary(delivery), 'not-now in running.starting');
    assert.is((await world.stored(RUN))?.record.by, 'host-b');
  }),
);

test(
  'an event that loses sixteen times in a row is given back to whoever asks',
  within(5_000, async () => {
    let commits = 0;
    const alwaysLost: Mutation = (committer) => ({
      ...committer,
      async commit() {
        commits += 1;
        return { outcome: 'lost' };
      },
    });
    const { actors } = createActorHost(createActorWorld(), 'host-a', { mutation: alwaysLost });

    await rejects(actors.deliver({ ...itemOpening() }), 'REVISION_CONFLICT');

    assert.is(commits, 16);
  }),
);

test(
  'events of different actors that come together are committed together',
  within(5_000, async () => {
    const { actors, runs } = setup();
    const openings = Array.from({ length: 100 }, (_, n) => runOpening(`run.shop.${n}.build.1`));

    const deliveries = await Promise.all(openings.map((event) => actors.deliver(event)));

    assert.ok(deliveries.every((delivery) => summary(delivery) === 'running.queued'));
    assert.equal(runs.counters().batchSizes, [100]);
  }),
);

test(
  'a busy actor is counted as long as it has events waiting',
  within(5_000, async () => {
    const { actors } = await setupWithRun();

    const delivered = [actors.deliver(ask(RUN, 'started')), actors.deliver(exited())];
    const during = actors.busyCount();
    await Promise.all(delivered);
    await settled();

    assert.is(during, 1);
    assert.is(actors.busyCount(), 0);
  }),
);

test.run();
