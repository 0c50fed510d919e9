// Goal: a copy of a stopped store is a backup. Method: the copy is made as docs/operations.md says, the original
// goes on, and the copy is started in its place: its items go on from where they were.
import { cp, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectNats } from '../../transport/nats/connection.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../transport/nats/embedded-server.ts';
import { apiRequest } from '../../transport/nats/jetstream-api.ts';
import { ensureTopology } from '../../transport/nats/topology.ts';
import { natsServerBinary } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { externalPipeline, startTestHost } from '../support/test-host.ts';
import { within } from '../support/within.ts';
import { PASS, publish } from './publishing.ts';
import { startSecuredServer } from './secured-server.ts';
import { storedRun } from './stored-run.ts';

const PIPELINES = { shop: externalPipeline('build', 'ship') };
const RUN = 'run.shop.1.build.1';

/** A server on this state directory, a host on it, and somebody who publishes. */
async function start(stateDir: string) {
  const { binary } = await natsServerBinary();
  const server: EmbeddedServer = await startEmbeddedServer({ binary, stateDir, report: () => {} });
  const nc = await connectNats({ url: server.url, name: 'test' });
  const host = await startTestHost({ url: server.url, pipelines: PIPELINES });
  const stop = async () => {
    await host.stop();
    await nc.close();
    await server.stop();
  };
  return { nc, host, stop };
}

/** The store as it was when one run was in finalizing; the original has gone on since. */
async function backup(): Promise<string> {
  const original = temporaryDirectory();
  const copy = join(temporaryDirectory(), 'state');
  const first = await start(original);
  await publish(first.nc, 'item.shop.1.open', { title: 'one' });
  await publish(first.nc, `${RUN}.started`, { worker: 'ci' });
  await publish(first.nc, `${RUN}.exited`, { code: 0 });
  await first.stop();
  await mkdir(copy);
  await cp(join(original, 'nats'), join(copy, 'nats'), { recursive: true });
  const onwards = await start(original);
  await publish(onwards.nc, `${RUN}.claim`, PASS);
  await publish(onwards.nc, 'item.shop.later.open', { title: 'after the backup' });
  await onwards.stop();
  return copy;
}

test(
  'items of a restored copy go on from where they were, and new messages are not taken for repeats',
  within(60_000, async () => {
    const { nc, stop } = await start(await backup());
    const restored = await storedRun(nc, 'shop.1.build.1');

    const outcomes = [
      await publish(nc, `${RUN}.claim`, PASS),
      await publish(nc, 'run.shop.1.ship.1.exited', { code: 0 }),
      await publish(nc, 'item.shop.later.open', { title: 'once more' }),
    ];

    assert.is(restored?.state, 'finalizing');
    assert.equal(outcomes, ['applied', 'applied', 'applied']);
    assert.is((await storedRun(nc, 'shop.1.build.1'))?.state, 'advanced');
    await stop();
  }),
);

test(
  'buckets without their event stream take new messages for repeats: it must not be lost alone',
  within(60_000, async () => {
    const { nc, host, stop } = await start(await backup());
    await host.host.setMembers(['nobody']);
    const deleted = await apiRequest(nc, 'STREAM.DELETE.ONCEWARD_EVENTS');
    await ensureTopology(nc, {});
    await host.host.setMembers(['host-test']);

    const outcome = await publish(nc, `${RUN}.claim`, PASS);

    assert.ok(deleted.ok);
    assert.is(outcome, 'repeated');
    assert.is((await storedRun(nc, 'shop.1.build.1'))?.state, 'finalizing');
    await stop();
  }),
);

test(
  'a store that is in use moves into the account of the logins by being renamed',
  within(60_000, async () => {
    const stateDir = await backup();
    const folder = join(stateDir, 'nats', 'jetstream');
    await rename(join(folder, '$G'), join(folder, 'ONCEWARD'));
    const server = await startSecuredServer({ sections: ['accounts', 'users'], stateDir });
    const nc = await connectNats({ url: server.urlOf('host'), name: 'test' });

    const { partitions } = await ensureTopology(nc, {});
    const run = await storedRun(nc, 'shop.1.build.1');

    assert.is(partitions, 16);
    assert.is(run?.state, 'finalizing');
    await nc.close();
    await server.stop();
  }),
);

test.run();
