// Goal: the inspector of nats.conf can follow everything there is. Method: a real server from that very file with
// its users switched on, a feed of the audit and of each bucket, and a connection that breaks in between.

import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openAuditFeed } from '../../transport/nats/audit-reader.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { watchConnection } from '../../transport/nats/connection-watch.ts';
import { createDeliveries } from '../../transport/nats/deliveries.ts';
import { openRecordFeed } from '../../transport/nats/record-feed.ts';
import { ensureTopology } from '../../transport/nats/topology.ts';
import { localClock } from '../support/local-clock.ts';
import { rejects } from '../support/rejects.ts';
import { within } from '../support/within.ts';
import { startSecuredServer } from './secured-server.ts';

const BUCKETS = ['items', 'runs', 'merges', 'deployments', 'projects', 'archive', 'presence'].map(
  (name) => `onceward-${name}`,
);

async function setup() {
  const server = await startSecuredServer({ sections: ['accounts', 'users'] });
  const host = await connectNats({ url: server.urlOf('host'), name: 'host' });
  const inspector = await connectNats({ url: server.urlOf('inspector'), name: 'inspector' });
  await ensureTopology(host, { partitions: 2 });
  const close = async () => {
    await Promise.all([host.close(), inspector.close()]);
    await server.stop();
  };
  return { host, inspector, close };
}

/** One message of the audit, and one entry in each bucket. */
async function storeEverywhere(host: NatsConnection, name: string): Promise<void> {
  await jetstream(host).publish('onceward.audit.0', name);
  for (const bucket of BUCKETS) await jetstream(host).publish(`$KV.${bucket}.host.${name}`, name);
}

async function firstTwo(
  feed: AsyncIterable<{ body: string } | { value: string | null }>,
): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const one of feed) {
    found.push('body' in one ? one.body : one.value);
    if (found.length === 2) break;
  }
  return found;
}

test(
  'an inspector follows the audit and every bucket, over a connection that breaks',
  within(30_000, async () => {
    const { host, inspector, close } = await setup();
    const link = { nc: inspector, clock: localClock, watch: watchConnection(inspector) };
    const audit = await openAuditFeed(link, { afterSequence: 0 });
    const feeds = await Promise.all(
      BUCKETS.map((name) => openRecordFeed(link, name, { isPresentIncluded: true })),
    );
    const heard = Promise.all([
      firstTwo(audit.messages()),
      ...feeds.map((feed) => firstTwo(feed.entries())),
    ]);

    await storeEverywhere(host, 'one');
    await inspector.reconnect();
    await storeEverywhere(host, 'two');

    const expected = Array.from({ length: 1 + BUCKETS.length }, () => ['one', 'two']);
    assert.equal(await heard, expected);
    await close();
  }),
);

test(
  'an inspector lists webhooks and reads what is kept of them, and cannot replay them',
  within(30_000, async () => {
    const { host, inspector, close } = await setup();
    const [own, looking] = [host, inspector].map((nc) =>
      createDeliveries({ nc, clock: localClock, watch: watchConnection(nc) }),
    );
    const fixed = { source: 'github', event: 'issues', connection: 'main', hint: '{}' };
    await own?.store({ ...fixed, id: 'one', payload: '{"n":1}' });

    const found = (await looking?.newest({}, 10)) ?? [];
    const payloads = await Promise.all(found.map((one) => looking?.payload(one)));
    const replay = { number: 1, by: 'operator:x', hint: '{}' };
    const refused = found.map((one) => looking?.replay(one, replay) ?? Promise.resolve());

    assert.equal(payloads, ['{"n":1}']);
    await Promise.all(refused.map((one) => rejects(one, 'PERMISSION_DENIED')));
    await close();
  }),
);

test.run();
