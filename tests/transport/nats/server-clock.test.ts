// The server's clock as seen from here: right to a few milliseconds, and never going backwards.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectNats } from '../../../transport/nats/connection.ts';
import { createServerClock } from '../../../transport/nats/server-clock.ts';
import { ensureTopology } from '../../../transport/nats/topology.ts';
import { natsServer, stopNatsServer } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';

/** Server and test share a machine, so their clocks agree but for the round trip. */
const TOLERANCE_MS = 250;
const HOUR_MS = 3_600_000;

async function setup() {
  await stopNatsServer();
  const server = await natsServer({ syncAlways: false });
  const nc = await connectNats({ url: server.url, name: 'test' });
  return { server, nc };
}

async function setupWithStreams() {
  const world = await setup();
  await ensureTopology(world.nc, { partitions: 1 });
  return world;
}

const isNear = (actualMs: number, expectedMs: number) =>
  assert.ok(Math.abs(actualMs - expectedMs) < TOLERANCE_MS, `${actualMs} is not ${expectedMs}`);

test(
  'the clock tells the server’s time',
  within(10_000, async () => {
    const { nc } = await setupWithStreams();
    const clock = await createServerClock(nc);
    isNear(clock.nowMs(), Date.now());
    isNear(clock.offsetMs(), 0);
    clock.stop();
    await nc.close();
  }),
);

test(
  'a local wall clock that is an hour behind shows in the offset and not in the time',
  within(10_000, async () => {
    const { nc } = await setupWithStreams();
    const clock = await createServerClock(nc, { wallMs: () => Date.now() - HOUR_MS });
    isNear(clock.offsetMs(), HOUR_MS);
    isNear(clock.nowMs(), Date.now());
    clock.stop();
    await nc.close();
  }),
);

test(
  'between measurements the time goes on with the monotonic clock',
  within(10_000, async () => {
    const { nc } = await setupWithStreams();
    let skippedMs = 0;
    const monotonicMs = () => performance.now() + skippedMs;
    const clock = await createServerClock(nc, { monotonicMs });
    const before = clock.nowMs();
    skippedMs = HOUR_MS;
    isNear(clock.nowMs(), before + HOUR_MS);
    clock.stop();
    await nc.close();
  }),
);

test(
  'a measurement that finds the server behind stops the time instead of turning it back',
  within(10_000, async () => {
    const { nc } = await setupWithStreams();
    let skippedMs = 0;
    const clock = await createServerClock(nc, { monotonicMs: () => performance.now() + skippedMs });
    skippedMs = HOUR_MS;
    const ahead = clock.nowMs();
    await clock.measure();
    assert.is(clock.nowMs(), ahead);
    isNear(clock.offsetMs(), 0);
    clock.stop();
    await nc.close();
  }),
);

test(
  'the time is measured again after a reconnection',
  within(20_000, async () => {
    const { nc, server } = await setupWithStreams();
    let skippedMs = 0;
    let isMeasured = () => {};
    const measured = new Promise<void>((resolve) => {
      isMeasured = resolve;
    });
    const clock = await createServerClock(nc, {
      monotonicMs: () => {
        if (skippedMs < 0) isMeasured();
        return performance.now() + skippedMs;
      },
    });
    skippedMs = -HOUR_MS;
    await server.restart();
    await measured;
    clock.stop();
    await nc.close();
  }),
);

test(
  'a delay calls back once, and not after it was cancelled',
  within(10_000, async () => {
    const { nc } = await setupWithStreams();
    const clock = await createServerClock(nc);
    const calls: string[] = [];
    clock.after(1, () => calls.push('cancelled'))();
    const cancelFar = clock.after(2 ** 40, () => calls.push('far'));
    await new Promise<void>((resolve) => {
      clock.after(5, resolve);
    });
    assert.equal(calls, []);
    cancelFar();
    clock.stop();
    await nc.close();
  }),
);

test(
  'without streams there is no server time',
  within(10_000, async () => {
    const { nc } = await setup();
    await rejects(createServerClock(nc), 'STREAM_MISMATCH');
    await nc.close();
  }),
);

test.run();
