// An account is told by hosts of any partition: whoever told it waits for its deadlines, and so does whoever comes
// after a host that is gone.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stateName } from '../../../machines/record.ts';
import { createActorSystem } from '../../../services/actors/actor-system.ts';
import { takeOver } from '../../../services/actors/takeover.ts';
import type { HostWorld } from '../../../transport/ports.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { ask } from './actor-events.ts';
import { type ActorWorld, createActorWorld } from './actor-hosts.ts';

const ACCOUNT = 'account.provider.claude';
const OUTAGE_MS = 60_000;
const silent = () => {};

/** A host that serves no partition at all. */
function hostOf(world: ActorWorld, identity: string) {
  const outside = { clock: world.clock, bucket: world.bucket, publishAudit: async () => {} };
  return createActorSystem({
    ...{ world: outside as unknown as HostWorld, identity, partitions: 4, commitMode: 'batch' },
    log: { info: silent, warn: silent, error: silent },
  });
}

async function setup() {
  const world = createActorWorld();
  const teller = hostOf(world, 'host-a');
  const atMs = world.clock.nowMs();
  const suspension = { cause: 'provider-outage', outageBackoffMs: OUTAGE_MS };
  await teller.actors.deliver(ask(ACCOUNT, 'open', { atMs, door: 'tell' }));
  await teller.actors.deliver(ask(ACCOUNT, 'suspend', { atMs, data: suspension }));
  const state = async () => stateName((await world.stored(ACCOUNT))?.record.state ?? '');
  return { world, teller, state };
}

test(
  'a host that has told an account of another partition wakes it up in time',
  within(5_000, async () => {
    const { world, state } = await setup();
    const before = await state();

    await world.clock.advance(OUTAGE_MS + 1);
    await settled();

    assert.equal([before, await state()], ['suspended', 'available']);
  }),
);

test(
  'whoever takes any partition over wakes up what a dead host has told',
  within(5_000, async () => {
    const { world, teller, state } = await setup();
    teller.deadlines.stop();
    const heir = hostOf(world, 'host-b');
    await takeOver({
      ...{ bucketOf: world.bucket, isTaken: () => false, watch: heir.actors.watch },
      ...{ perform: heir.perform, report: silent },
    });

    await world.clock.advance(OUTAGE_MS + 1);
    await settled();

    assert.is(await state(), 'available');
  }),
);

test(
  'letting a partition go, a host still waits for the deadlines of accounts',
  within(5_000, async () => {
    const { world, teller, state } = await setup();
    for (const partition of [0, 1, 2, 3]) teller.forgetPartition(partition);

    await world.clock.advance(OUTAGE_MS + 1);
    await settled();

    assert.is(await state(), 'available');
  }),
);

test(
  'two hosts that wake one account up do it once',
  within(5_000, async () => {
    const { world, state } = await setup();
    const second = hostOf(world, 'host-b');
    const stored = await world.stored(ACCOUNT);
    if (stored === null) throw new Error('the account was not opened');
    second.actors.watch(ACCOUNT, stored);

    await world.clock.advance(OUTAGE_MS + 1);
    await settled();
    const revision = (await world.stored(ACCOUNT))?.revision ?? 0;

    assert.is(await state(), 'available');
    assert.is(revision, stored.revision + 1);
  }),
);

test.run();
