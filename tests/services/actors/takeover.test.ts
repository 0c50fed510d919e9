// Taking over: every active record is taken up with what was left undone, and a broken one keeps no other
// from it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Effect, PendingEffect } from '../../../machines/effect.ts';
import { takeOver } from '../../../services/actors/takeover.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { claim, exited, ITEM, itemOpening, RUN, runOpening } from './actor-events.ts';
import { createActorHost, createActorWorld } from './actor-hosts.ts';

async function setup() {
  const world = createActorWorld();
  const host = createActorHost(world, 'host-a', { isTelling: true });
  await (await host.actors.deliver(itemOpening())).performed;
  const stored = await world.stored(RUN);
  const watched: string[] = [];
  const performed: string[] = [];
  const reported: string[] = [];
  const runs = world.bucket('onceward-runs');
  return {
    ...{ actors: host.actors, watched, performed, reported, world },
    /** Stores a copy of the run under another key, with parts of it replaced. */
    store: async (key: string, changes: Record<string, unknown>) => {
      const value = JSON.stringify({ ...stored?.record, outbox: [], ...changes });
      await runs.write({ key, value, expectedRevision: 0 });
    },
    takeOver: async (
      options: { isTaken?: (address: string) => boolean; watch?: () => void } = {},
    ) => {
      await takeOver({
        bucketOf: world.bucket,
        isTaken: options.isTaken ?? (() => true),
        watch: (address, { revision, record }) => {
          options.watch?.();
          watched.push(`${address} ${revision} ${Object.keys(record.context.deadlines)}`);
        },
        perform: async (address, _revision, effects) => {
          for (const { effect } of effects) performed.push(`${address} ${nameOf(effect)}`);
        },
        report: (address, problem) => void reported.push(`${address} ${problem.slice(0, 7)}`),
      });
      await settled();
    },
  };
}

function nameOf(effect: Effect): string {
  return effect.type === 'tell' ? `tells ${effect.event}` : effect.type;
}

test(
  'a record is watched with its revision and its deadlines',
  within(5_000, async () => {
    const { actors, takeOver, watched } = await setup();
    await actors.deliver(exited());

    await takeOver();

    assert.equal(watched, [`${RUN} 2 grace-elapsed`, `${ITEM} 1 run-check`]);
  }),
);

test(
  'a tell that its actor remembers is not repeated',
  within(5_000, async () => {
    const { performed, takeOver, world } = await setup();
    const carried = (await world.stored(ITEM))?.record.outbox.length;

    await takeOver();

    assert.is(carried, 1);
    assert.equal(performed, []);
  }),
);

test(
  'a tell that never arrived, in either direction, is performed',
  within(5_000, async () => {
    const world = createActorWorld();
    const silent = createActorHost(world, 'host-a');
    await silent.actors.deliver(itemOpening());
    const performed: string[] = [];
    const taken = {
      ...{ bucketOf: world.bucket, isTaken: () => true, watch: () => {}, report: () => {} },
      perform: async (address: string, _revision: number, effects: readonly PendingEffect[]) => {
        for (const { effect } of effects) performed.push(`${address} ${nameOf(effect)}`);
      },
    };
    await takeOver(taken);
    await settled();
    await silent.actors.deliver(runOpening());
    await silent.actors.deliver(exited());
    await silent.actors.deliver(claim('publisher'));

    await takeOver(taken);
    await settled();

    const opening = `${ITEM} tells open`;
    assert.equal(performed, [opening, `${RUN} tells advance`, opening]);
  }),
);

test(
  'jobs and alarms are performed again after all tells, of a few actors at a time',
  within(5_000, async () => {
    const world = createActorWorld();
    const silent = createActorHost(world, 'host-a');
    const opening = runOpening();
    for (let n = 0; n < 100; n += 1) {
      const stage = { name: 'build', kind: 'command', command: 'true' };
      const data = { ...(opening.data as object), item: `i${n}`, stage };
      await silent.actors.deliver({ ...opening, address: `run.shop.i${n}.build.1`, data });
    }
    let underWay = 0;
    let most = 0;

    await takeOver({
      ...{ bucketOf: world.bucket, isTaken: () => true, watch: () => {}, report: () => {} },
      perform: async (_address, _revision, effects) => {
        if (effects.length === 0) return;
        underWay += 1;
        most = Math.max(most, underWay);
        await settled();
        underWay -= 1;
      },
    });
    await settled();

    assert.is(most, 64);
  }),
);

test(
  'records of other partitions are left alone',
  within(5_000, async () => {
    const { reported, takeOver, watched } = await setup();

    await takeOver({ isTaken: () => false });

    assert.equal([watched, reported], [[], []]);
  }),
);

test(
  'newer and broken records are reported, and all others taken up',
  within(5_000, async () => {
    const { reported, store, takeOver, watched } = await setup();
    await store('shop.7.a.1', { v: 2, outbox: [] });
    await store('shop.7.b.1', { machineVersion: 99, outbox: [] });
    await store('shop.7.c.1', { context: { deadlines: { 'grace-elapsed': 'soon' } }, outbox: [] });
    await store('shop.7.d.1', { context: null, outbox: [] });
    await store('shop.7.e.1', { outbox: [{ effect: 'none' }] });
    await store('shop.7.f.1', {});

    await takeOver();

    assert.equal(
      reported.map((line) => line.replace('run.shop.7.', '')),
      ['a.1 newer: ', 'b.1 newer: ', 'c.1 corrupt', 'd.1 corrupt', 'e.1 corrupt'],
    );
    assert.is(watched.length, 3);
  }),
);

test(
  'a record that cannot be watched is reported, and the take-over goes on',
  within(5_000, async () => {
    const { reported, takeOver } = await setup();
    const watch = () => {
      throw new TypeError('no stage');
    };

    await takeOver({ watch });

    assert.equal(reported, [`${RUN} corrupt`, `${ITEM} corrupt`]);
  }),
);

test.run();
