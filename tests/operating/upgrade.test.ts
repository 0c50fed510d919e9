// Goal: an upgrade in the middle of the work. Method: a host of this version, in a process of its own, is killed
// with runs in flight; a host whose run machine is one version ahead, with a migration, takes over.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ActorRecord } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import { startChild, type TestChild } from '../support/child-process.ts';
import { openNats } from '../support/nats-fixture.ts';
import { stopNatsServer } from '../support/nats-server.ts';
import { externalPipeline, startTestHost } from '../support/test-host.ts';
import { within } from '../support/within.ts';
import { PASS, publish } from './publishing.ts';
import { storedRun } from './stored-run.ts';

const PIPELINES = { shop: externalPipeline('build', 'ship') };

/** What a later version of onceward would ship: the next version of the run machine, and how to get there. */
function upgradeThisProcess(): void {
  const run = definitionOf('run');
  if (run === null) throw new Error('there is no run machine');
  const lift = (record: ActorRecord): ActorRecord => ({
    ...record,
    context: { ...record.context, liftedFrom: record.machineVersion },
  });
  run.migrations = { ...run.migrations, [run.version]: lift };
  run.version += 1;
}

async function startOldHost(url: string, identity: string): Promise<TestChild> {
  const host = startChild('host-process.ts', { url, identity, pipelines: PIPELINES });
  assert.is(await host.message(), 'ready');
  return host;
}

test(
  'runs in flight go on under a host of the next machine version, which the older one then leaves alone',
  within(60_000, async () => {
    const { server, nc, close } = await openNats({ isFresh: true });
    const older = definitionOf('run')?.version ?? 0;
    const old = await startOldHost(server.url, 'old');
    for (const item of ['queued', 'exited'])
      await publish(nc, `item.shop.${item}.open`, { title: item });
    await publish(nc, 'run.shop.exited.build.1.exited', { code: 0 });
    const before = await storedRun(nc, 'shop.exited.build.1');
    await old.kill('SIGKILL');

    upgradeThisProcess();
    const host = await startTestHost({ url: server.url, identity: 'new', pipelines: PIPELINES });
    const outcomes = [
      await publish(nc, 'run.shop.exited.build.1.claim', PASS),
      await publish(nc, 'run.shop.queued.build.1.exited', { code: 0 }),
      await publish(nc, 'run.shop.queued.build.1.claim', PASS),
      await publish(nc, 'run.shop.exited.ship.1.exited', { code: 0 }),
    ];
    await host.stop();
    const after = await Promise.all(
      ['shop.exited.build.1', 'shop.queued.build.1', 'shop.exited.ship.1'].map((key) =>
        storedRun(nc, key),
      ),
    );
    const again = await startOldHost(server.url, 'again');
    const late = await publish(nc, 'run.shop.exited.ship.1.claim', PASS);
    const untouched = await storedRun(nc, 'shop.exited.ship.1');

    assert.equal([before?.state, before?.machineVersion], ['finalizing', older]);
    assert.equal(outcomes, ['applied', 'applied', 'applied', 'applied']);
    assert.equal(
      after.map((run) => [run?.state, run?.machineVersion, run?.context['liftedFrom']]),
      [
        ['advanced', older + 1, older],
        ['advanced', older + 1, older],
        ['finalizing', older + 1, undefined],
      ],
    );
    assert.is(late, 'newer-version');
    assert.is(untouched?.revision, after[2]?.revision);
    await again.kill();
    await close();
    await stopNatsServer();
  }),
);

test.run();
