// Goal: what a new host finds is taken up in the right order, and letting go never hangs. Method: real hosts
// on a real server, one after the other.
import { jetstream } from '@nats-io/jetstream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type FrozenPipeline, frozenPipelineSchema } from '../../machines/item/events.ts';
import type { RunContext } from '../../machines/run/context.ts';
import { decodeEntry } from '../../services/actors/record-cache.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { nextAudit } from '../support/audit-log.ts';
import { natsServer, stopNatsServer } from '../support/nats-server.ts';
import { startTestHost, type TestHost } from '../support/test-host.ts';
import { within } from '../support/within.ts';

const GRACE_MS = 1_500;
const RED = { kind: 'product_fail', cause: 'tests', summary: '3 of 40 tests failed' };

test(
  'a claim that was sent within the grace is not overtaken by a deadline that fell due without a host',
  within(30_000, async () => {
    const { url } = await natsServer();
    const first = await startTestHost({ url, identity: 'host-1', pipelines: pipelines() });
    await ask(first, 'item.shop.1', 'open', { title: 'red' });
    await ask(first, 'run.shop.1.check.1', 'exited', { code: 0 });
    await first.stop();

    const nc = await connectNats({ url, name: 'publisher' });
    const claim = JSON.stringify({ claimant: 'ci', verdict: RED });
    await jetstream(nc).publish('onceward.event.run.shop.1.check.1.claim', claim);
    const observer = await startTestHost({ url, identity: 'observer', members: ['nobody'] });
    await new Promise<void>((done) => void observer.world.clock.after(GRACE_MS, done));
    const claimed = nextAudit(nc, ({ type, outcome }) => type === 'claim' && outcome === 'applied');
    const second = await startTestHost({ url, identity: 'host-2', pipelines: pipelines() });

    assert.is((await claimed).claimant, 'ci');
    assert.is((await runOf(second)).claim?.verdict.kind, 'product_fail');
    await Promise.all([second.stop(), observer.stop(), nc.close()]);
  }),
);

test(
  'a host that is stopped while it is still opening its mailboxes ends',
  within(30_000, async () => {
    const { url } = await natsServer();

    const started = await startTestHost({ url, identity: 'host-brief' });
    await started.stop();
    const again = await startTestHost({ url, identity: 'host-moving' });
    await again.host.setMembers(['somebody-else']);
    await again.host.setMembers(['host-moving']);
    await again.stop();
  }),
);

test(
  'a host forgets the deadlines of a partition that it has let go',
  within(30_000, async () => {
    const { url } = await natsServer();
    const started = await startTestHost({ url, identity: 'host-3', pipelines: pipelines() });
    await ask(started, 'item.shop.3', 'open', { title: 'waits' });
    const before = started.host.status().deadlines;

    await started.host.setMembers(['somebody-else']);

    assert.ok(before >= 2, `${before} deadlines: of the item and of its run`);
    assert.is(started.host.status().deadlines, 0);
    await started.stop();
  }),
);

test(
  'a publisher cannot bring a pipeline of its own',
  within(30_000, async () => {
    const { url } = await natsServer();
    const started = await startTestHost({ url, identity: 'host-4', pipelines: pipelines() });

    const data = { title: 'mine', pipeline: pipelines()['shop'] };
    const reply = await started.asker.ask({ address: 'item.shop.4', type: 'open', data });

    assert.is(reply.outcome === 'refused' && reply.reason, 'schema');
    await started.stop();
  }),
);

test.after(() => stopNatsServer());
test.run();

function pipelines(): Record<string, FrozenPipeline> {
  const shop = frozenPipelineSchema.parse({
    name: 'shop',
    digest: 'test',
    stages: [{ name: 'check', kind: 'external', graceMs: GRACE_MS }],
    limits: {},
  });
  return { shop };
}

async function ask({ asker }: TestHost, address: string, type: string, data: object) {
  const reply = await asker.ask({ address, type, data: data as Record<string, unknown> });
  assert.is(reply.outcome, 'applied', JSON.stringify(reply));
}

async function runOf({ world }: TestHost): Promise<RunContext> {
  const entry = await world.bucket('onceward-runs').read('shop.1.check.1');
  const loaded = entry === null ? null : decodeEntry(entry);
  if (loaded?.status !== 'stored') throw new Error('the run is not there');
  return loaded.stored.record.context as unknown as RunContext;
}
