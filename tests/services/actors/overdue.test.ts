// A fleet that was away finds very much overdue. It is caught up with a piece at a time: a server that is asked
// for everything at once drops the questions, and with them those of everybody else.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createActorSystem } from '../../../services/actors/actor-system.ts';
import { NO_OBSERVER } from '../../../services/actors/observer.ts';
import type { Bucket, BucketName, HostWorld } from '../../../transport/ports.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { exited, RUN, runOpening } from './actor-events.ts';
import { createActorHost, createActorWorld } from './actor-hosts.ts';

const RUNS = 1_000;
const MAX_UNDER_WAY = 256;
const PARTITION = 0;
const silent = () => {};

/** A run that has exited, under as many names; a host whose readings of it wait until they are let through. */
async function setup() {
  const world = createActorWorld();
  const before = createActorHost(world, 'host-a');
  await before.actors.deliver(runOpening());
  await before.actors.deliver(exited());
  const stored = await world.stored(RUN);
  if (stored === null) throw new Error('the run was not opened');
  const addresses = Array.from({ length: RUNS }, (_, n) => RUN.replace('.7.', `.n${n}.`));
  const reads: (() => void)[] = [];
  const fired: string[] = [];
  const bucket = (name: BucketName): Bucket => ({
    ...world.bucket(name),
    async read(key) {
      await new Promise<void>((resolve) => void reads.push(resolve));
      return world.bucket(name).read(key);
    },
  });
  const host: Pick<HostWorld, 'clock' | 'bucket' | 'publishAudit'> = {
    ...{ clock: world.clock, bucket, publishAudit: async () => {} },
  };
  const system = createActorSystem({
    ...{ world: host as HostWorld, identity: 'host-b', partitions: 1, commitMode: 'batch' },
    observer: { ...NO_OBSERVER, observe: ({ address }) => void fired.push(address) },
    log: { info: silent, warn: silent, error: silent },
  });
  const copies = addresses.map((address) => ({ address, stored }));
  return {
    ...{ system, copies, fired, clock: world.clock },
    /** How many readings are waited for; all of them are let through. */
    async letThrough() {
      await settled();
      const waiting = reads.splice(0);
      for (const goOn of waiting) goOn();
      await settled();
      return waiting.length;
    },
  };
}

async function counts(letThrough: () => Promise<number>): Promise<number[]> {
  const found = [await letThrough()];
  while (found.at(-1) !== 0) found.push(await letThrough());
  return found;
}

test(
  'what is overdue when a mailbox has caught up is fired a piece at a time, and all of it',
  within(10_000, async () => {
    const { clock, copies, fired, letThrough, system } = await setup();
    system.gate.hold(PARTITION);
    for (const { address, stored } of copies) system.actors.watch(address, stored);
    await clock.advance(1_000_000);

    system.gate.open(PARTITION);
    const readings = await counts(letThrough);

    assert.is(new Set(fired).size, RUNS);
    assert.ok(Math.max(...readings) <= MAX_UNDER_WAY, `${Math.max(...readings)} at once`);
  }),
);

test(
  'a host that stops begins nothing more of what is overdue',
  within(10_000, async () => {
    const { clock, copies, letThrough, system } = await setup();
    system.gate.hold(PARTITION);
    for (const { address, stored } of copies) system.actors.watch(address, stored);
    await clock.advance(1_000_000);
    system.gate.open(PARTITION);
    await settled();

    system.beginStop();
    const readings = await counts(letThrough);

    assert.ok((readings[0] ?? 0) > 0);
    assert.ok(readings.reduce((sum, one) => sum + one, 0) < RUNS, `${readings}`);
  }),
);

test.run();
