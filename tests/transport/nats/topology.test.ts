// The streams, buckets and consumers: created once, read back, compared, and never changed.
import type { NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectNats } from '../../../transport/nats/connection.ts';
import { apiRequest } from '../../../transport/nats/jetstream-api.ts';
import { ensureTopology, topologyDifferences } from '../../../transport/nats/topology.ts';
import { streamSettings } from '../../../transport/nats/topology-settings.ts';
import { natsServer, stopNatsServer } from '../../support/nats-server.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';

/** A connection to an empty server. */
async function setup(): Promise<NatsConnection> {
  await stopNatsServer();
  const { url } = await natsServer({ syncAlways: false });
  return connectNats({ url, name: 'test' });
}

async function lastSubjectOf(nc: NatsConnection, stream: string): Promise<string> {
  const last = { last_by_subj: '>' };
  const answer = await apiRequest<{ message: { subject: string } }>(
    nc,
    `STREAM.MSG.GET.${stream}`,
    last,
  );
  assert.ok(answer.ok);
  return answer.ok ? answer.value.message.subject : '';
}

test(
  'what is missing is created, and creating it again changes nothing',
  within(20_000, async () => {
    const nc = await setup();
    assert.ok((await topologyDifferences(nc)).every(({ setting }) => setting === 'exists'));
    assert.equal(await ensureTopology(nc), { partitions: 16 });
    assert.equal(await topologyDifferences(nc), []);
    assert.equal(await ensureTopology(nc), { partitions: 16 });
    await nc.close();
  }),
);

test(
  'comparing creates nothing',
  within(20_000, async () => {
    const nc = await setup();
    await topologyDifferences(nc);
    const answer = await apiRequest<{ total: number }>(nc, 'STREAM.NAMES');
    assert.ok(answer.ok && answer.value.total === 0);
    await nc.close();
  }),
);

test(
  'hosts that start at once with different partition counts agree on one of them',
  within(20_000, async () => {
    const nc = await setup();
    const counts = await Promise.all(
      [4, 8, 4, 8].map((partitions) => ensureTopology(nc, { partitions })),
    );
    assert.is(new Set(counts.map(({ partitions }) => partitions)).size, 1);
    assert.equal(await ensureTopology(nc, { partitions: 32 }), counts[0]);
    await nc.close();
  }),
);

test(
  'a setting that is not as asked is reported by stream, setting, got and expected',
  within(20_000, async () => {
    const nc = await setup();
    await apiRequest(nc, 'STREAM.CREATE.KV_onceward-runs', {
      name: 'KV_onceward-runs',
      subjects: ['$KV.onceward-runs.>'],
      discard: 'new',
      max_msgs_per_subject: 64,
      allow_rollup_hdrs: true,
      deny_delete: true,
      allow_direct: true,
      allow_msg_ttl: true,
    });
    const error = await rejects(ensureTopology(nc, { partitions: 1 }), 'STREAM_MISMATCH');
    assert.equal(error.details['differences'], [
      { subject: 'KV_onceward-runs', setting: 'allow_atomic', got: false, expected: true },
    ]);
    assert.is(error.message, 'KV_onceward-runs: allow_atomic is false, expected true');
    await nc.close();
  }),
);

test(
  'a record bucket that answers before the write is on disk is reported',
  within(20_000, async () => {
    const nc = await setup();
    await apiRequest(nc, 'STREAM.CREATE.KV_onceward-items', {
      name: 'KV_onceward-items',
      subjects: ['$KV.onceward-items.>'],
      persist_mode: 'async',
    });
    const differences = await topologyDifferences(nc);
    assert.ok(
      differences.some(({ setting, got }) => setting === 'persist_mode' && got === 'async'),
    );
    await nc.close();
  }),
);

test(
  'an item and its runs are stored under one partition, with the rest of the subject kept',
  within(20_000, async () => {
    const nc = await setup();
    await ensureTopology(nc);
    const stored = async (event: string) => {
      await nc.request(`onceward.event.${event}`, '{}');
      return lastSubjectOf(nc, 'ONCEWARD_EVENTS');
    };
    const item = /^onceward\.mailbox\.(\d+)\.item\.shop\.42\.pause$/.exec(
      await stored('item.shop.42.pause'),
    );
    const run = await stored('run.shop.42.build.1.exited');
    assert.is(run, `onceward.mailbox.${item?.[1]}.run.shop.42.build.1.exited`);
    await nc.close();
  }),
);

test(
  'a partition count out of range is refused before anything is created',
  within(20_000, async () => {
    const nc = await setup();
    await rejects(ensureTopology(nc, { partitions: 0 }), 'CONFIG_INVALID');
    await nc.close();
  }),
);

test('only unreplicated streams of derivable messages answer before the write is on disk', () => {
  const asyncStreams = (replicas: number) =>
    streamSettings({ replicas })
      .filter((settings) => settings['persist_mode'] === 'async')
      .map((settings) => settings['name']);
  assert.equal(asyncStreams(1), ['ONCEWARD_JOBS', 'ONCEWARD_AUDIT']);
  assert.equal(asyncStreams(3), []);
});

test.run();
