// Time limit: 120 s
// Goal: a flood waits where it came from, and not in the memory of a host. Method: 6 000 asks, or 2 000 messages,
// at once against a real host whose reads are held; what is under way is counted, and in the end all is answered.
import type { NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAudit } from '../../services/actors/audit.ts';
import type { AuditEntry } from '../../services/actors/audit-entry.ts';
import { createHost } from '../../services/actors/host.ts';
import { createAsker } from '../../transport/nats/asker.ts';
import { createHostWorld } from '../../transport/nats/host-world.ts';
import { apiRequest } from '../../transport/nats/jetstream-api.ts';
import { createServerClock } from '../../transport/nats/server-clock.ts';
import type { Asker, Bucket, BucketName } from '../../transport/ports.ts';
import { createMemoryBucket } from '../support/memory-bucket.ts';
import { openNats } from '../support/nats-fixture.ts';
import { stopNatsServer } from '../support/nats-server.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { within } from '../support/within.ts';

const ASKS = 6_000;
const MESSAGES = 2_000;
const MAX_ASKS_IN_FLIGHT = 2_000;
const MAX_MESSAGES_IN_FLIGHT = 256;
const MEBIBYTE = 1_024 * 1_024;

interface Setup {
  nc: NatsConnection;
  asker: Asker;
  /** Reads that are being held, or were when most were. */
  held: { now: number; most: number };
  /** Resolves once so many reads are held. */
  holding(count: number): Promise<void>;
  /** Resolves once whatever was sent before has come in. */
  arrived(): Promise<void>;
  letGo(): void;
  close(): Promise<void>;
}

async function setup(): Promise<Setup> {
  const fixture = await openNats({ partitions: 1, isFresh: true });
  const clock = await createServerClock(fixture.nc);
  const world = createHostWorld(fixture.nc, clock);
  const gate = createGate();
  const buckets = new Map<BucketName, Bucket>();
  const bucket = (name: BucketName): Bucket => {
    const found = buckets.get(name) ?? gate.hold(createMemoryBucket({ name }));
    buckets.set(name, found);
    return found;
  };
  const silent = () => {};
  const host = createHost({
    ...{ world: { ...world, bucket }, identity: 'host-1', partitions: 1, commitMode: 'batch' },
    completeOpening: async () => null,
    log: { info: silent, warn: silent, error: silent },
  });
  await host.setMembers(['host-1']);
  const asking = await fixture.connect('asker');
  const asker = createAsker(asking, clock, () => 0);
  const arrived = async () => {
    await asking.flush();
    await fixture.nc.flush();
  };
  const close = async () => {
    await host.stop();
    clock.stop();
    await fixture.close();
    await stopNatsServer();
  };
  const { held, holding, letGo } = gate;
  return { nc: fixture.nc, asker, held, holding, arrived, letGo, close };
}

/** Holds every reading of the buckets behind it until it is opened. */
function createGate() {
  const held = { now: 0, most: 0 };
  let open = () => {};
  const isOpen = new Promise<void>((resolve) => {
    open = resolve;
  });
  const watchers = new Set<() => void>();
  return {
    held,
    letGo: () => open(),
    holding: (count: number) =>
      new Promise<void>((resolve) => {
        const look = () => void (held.now >= count && resolve());
        watchers.add(look);
        look();
      }),
    hold: (bucket: Bucket): Bucket => ({
      ...bucket,
      async read(key) {
        held.now += 1;
        held.most = Math.max(held.most, held.now);
        for (const look of watchers) look();
        await isOpen;
        held.now -= 1;
        return bucket.read(key);
      },
    }),
  };
}

test(
  'of six thousand asks at once a host has two thousand in hand, and answers them all',
  within(100_000, async () => {
    const { asker, held, holding, arrived, letGo, close } = await setup();
    const asking = Promise.all(
      Array.from({ length: ASKS }, (_, n) =>
        asker.ask(
          { address: `run.shop.${n}.build.1`, type: 'exited', data: {} },
          { timeoutMs: 90_000 },
        ),
      ),
    );
    await holding(MAX_ASKS_IN_FLIGHT);
    await arrived();

    letGo();
    const replies = await asking;

    assert.is(held.most, MAX_ASKS_IN_FLIGHT);
    assert.is(replies.filter(({ outcome }) => outcome === 'refused').length, ASKS);
    await close();
  }),
);

test(
  'of two thousand messages at once a host handles 256 of a partition, and acknowledges them all',
  within(100_000, async () => {
    const { nc, held, holding, arrived, letGo, close } = await setup();
    for (let n = 0; n < MESSAGES; n += 1)
      nc.publish(`onceward.event.run.shop.${n}.build.1.exited`, '{}');
    await nc.flush();
    await holding(MAX_MESSAGES_IN_FLIGHT);
    await arrived();

    letGo();
    await allAcknowledged(nc);

    assert.is(held.most, MAX_MESSAGES_IN_FLIGHT);
    await close();
  }),
);

test(
  'a stream that takes no audit holds 32 MiB of it in memory, and then tells how much is missing',
  within(60_000, async () => {
    const clock = createVirtualClock();
    const entries: AuditEntry[] = [];
    let isAway = true;
    let most = 0;
    const sizes = new Map<string, number>();
    const raised: AuditEntry[] = [];
    const publish = async (_: number, body: string) => {
      sizes.set(body.slice(0, 200), body.length);
      most = Math.max(
        most,
        [...sizes.values()].reduce((sum, size) => sum + size, 0),
      );
      if (isAway) throw new Error('the stream is away');
      entries.push(...(JSON.parse(body) as { entries: AuditEntry[] }).entries);
    };
    const audit = createAudit(clock, publish, (alarm) => void raised.push(alarm));
    for (let n = 0; n < 200_000; n += 1) void audit.append(n % 16, entry(`event-${n}`));
    await clock.advance(1_000);

    isAway = false;
    await clock.advance(60_000);

    const gaps = entries.filter(({ reason }) => reason === 'audit-gap');
    const [gap] = gaps;
    const kept = entries.filter(({ type }) => type === 'exited').length;
    assert.ok(most < 34 * MEBIBYTE, `${most} bytes`);
    assert.ok(most > 30 * MEBIBYTE, `${most} bytes`);
    assert.is(Number(/^\d+/.exec(gap?.message ?? '')?.[0]), 200_000 - kept);
    assert.equal(raised, gaps);
  }),
);

test.run();

/** Resolves once the consumer of the mailbox has nothing left, delivered or waiting. */
async function allAcknowledged(nc: NatsConnection): Promise<void> {
  type Info = { num_ack_pending: number; num_pending: number };
  for await (const _ of nc.subscribe('onceward.audit.>')) {
    const info = await apiRequest<Info>(nc, 'CONSUMER.INFO.ONCEWARD_EVENTS.mailbox-0');
    if (info.ok && info.value.num_ack_pending + info.value.num_pending === 0) return;
  }
}

function entry(id: string): AuditEntry {
  return {
    ...{ atMs: 1, address: 'run.shop.7.build.1', id, type: 'exited', door: 'ask' },
    ...{ outcome: 'applied', from: 'running.working', to: 'finalizing', revision: 12 },
    ...{ claimant: null, reason: null, message: 'x'.repeat(300), by: 'host-1' },
  };
}
