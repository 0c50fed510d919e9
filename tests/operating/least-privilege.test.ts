// Goal: each login of nats.conf may do what its role does, and nothing else. Method: a real server from that
// very file with its users switched on; everything a login must not do is tried, and every stream looked at.

import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectNats } from '../../transport/nats/connection.ts';
import { readFleetFacts } from '../../transport/nats/fleet-facts.ts';
import { apiRequest } from '../../transport/nats/jetstream-api.ts';
import { ensureTopology } from '../../transport/nats/topology.ts';
import { rejects } from '../support/rejects.ts';
import { within } from '../support/within.ts';
import { type LoginName, startSecuredServer } from './secured-server.ts';

const RUN = '$KV.onceward-runs.shop.1.build.1';
const OPEN = 'onceward.event.item.shop.1.open';

/** What changes something, for somebody. */
const WRITES = [
  RUN,
  '$KV.onceward-items.shop.1',
  '$KV.onceward-projects.shop',
  '$KV.onceward-archive.item.shop.1',
  '$KV.onceward-presence.host.forged',
  'onceward.job.default.work.shop',
  'onceward.audit.0',
  'onceward.delivery.github.issues',
  'onceward.mailbox.0.item.shop.1.open',
  '$JS.API.STREAM.CREATE.OTHER',
  '$JS.API.STREAM.UPDATE.KV_onceward-runs',
  '$JS.API.STREAM.DELETE.ONCEWARD_EVENTS',
  '$JS.API.STREAM.PURGE.KV_onceward-runs',
  '$JS.API.STREAM.MSG.DELETE.KV_onceward-runs',
  '$JS.API.CONSUMER.DELETE.ONCEWARD_EVENTS.mailbox-0',
  '$JS.API.CONSUMER.UNPIN.ONCEWARD_EVENTS.mailbox-0',
  '$JS.API.CONSUMER.MSG.NEXT.ONCEWARD_EVENTS.mailbox-0',
  '$JS.ACK.ONCEWARD_EVENTS.mailbox-0.1.1.1.1.0',
];

async function setup() {
  const server = await startSecuredServer({ sections: ['accounts', 'users'] });
  const connections: NatsConnection[] = [];
  const as = async (login: LoginName) => {
    const nc = await connectNats({ url: server.urlOf(login), name: login });
    connections.push(nc);
    return nc;
  };
  const host = await as('host');
  await ensureTopology(host, { partitions: 2 });
  const close = async () => {
    await Promise.all(connections.map((nc) => nc.close()));
    await server.stop();
  };
  return { as, host, close };
}

/** The last sequence of each stream, and what it holds. */
async function contentOf(nc: NatsConnection): Promise<unknown[]> {
  const own = ['EVENTS', 'JOBS', 'AUDIT', 'DELIVERIES'].map((name) => `ONCEWARD_${name}`);
  const streams = own.concat(
    ['items', 'runs', 'projects', 'archive', 'presence'].map((name) => `KV_onceward-${name}`),
  );
  const answers = await Promise.all(
    streams.map((name) =>
      apiRequest<{ state: { last_seq: number; messages: number } }>(nc, `STREAM.INFO.${name}`),
    ),
  );
  return answers.map(
    (answer) => answer.ok && [answer.value.state.last_seq, answer.value.state.messages],
  );
}

/** The subjects among these that the server lets this login use, and that somebody answers. */
async function usable(nc: NatsConnection, subjects: readonly string[]): Promise<string[]> {
  const outcomes = await Promise.all(
    subjects.map((subject) =>
      nc.request(subject, '{}', { timeout: 1_000 }).then(
        () => subject,
        () => null,
      ),
    ),
  );
  return outcomes.filter((subject) => subject !== null);
}

test(
  'a publisher stores events, and can do nothing else',
  within(30_000, async () => {
    const { as, host, close } = await setup();
    const publisher = await as('publisher');
    const stored = await jetstream(publisher).publish(OPEN, '{}');
    const before = await contentOf(host);

    const asks = ['onceward.ask.0', '$JS.API.INFO', '$JS.API.STREAM.MSG.GET.KV_onceward-runs'];
    const allowed = await usable(publisher, [...WRITES, ...asks]);

    assert.is(stored.stream, 'ONCEWARD_EVENTS');
    assert.equal(allowed, []);
    assert.equal(await contentOf(host), before);
    await close();
  }),
);

test(
  'a worker that comes before the first host is told that it may not create what is missing',
  within(30_000, async () => {
    const server = await startSecuredServer({ sections: ['accounts', 'users'] });
    const nc = await connectNats({ url: server.urlOf('worker'), name: 'worker' });

    const error = await rejects(ensureTopology(nc), 'PERMISSION_DENIED');

    assert.match(error.message, /this login may not publish to \$JS\.API\.STREAM\.CREATE/);
    await nc.close();
    await server.stop();
  }),
);

test(
  'an answer cannot be led into a record, whoever asked for it',
  within(30_000, async () => {
    const { as, host, close } = await setup();
    const [publisher, inspector] = [await as('publisher'), await as('inspector')];
    const pushed = { name: 'p', deliver_subject: RUN, deliver_policy: 'all', ack_policy: 'none' };
    const consumer = { stream_name: 'ONCEWARD_AUDIT', config: pushed };
    await jetstream(host).publish('onceward.audit.0', '{}');

    await inspector.request('$JS.API.CONSUMER.CREATE.ONCEWARD_AUDIT.p', JSON.stringify(consumer));
    publisher.publish(OPEN, '{}', { reply: RUN });
    inspector.publish('$JS.API.STREAM.INFO.ONCEWARD_AUDIT', '', { reply: RUN });
    inspector.publish('$JS.API.STREAM.MSG.GET.ONCEWARD_EVENTS', '{"seq":1}', { reply: RUN });
    inspector.publish('$JS.API.DIRECT.GET.KV_onceward-items', '{"seq":1}', { reply: RUN });
    await Promise.all([publisher.flush(), inspector.flush()]);
    // Behind the others in the same queues of the server.
    await jetstream(publisher).publish(OPEN, '{}');
    await inspector.request('$JS.API.STREAM.MSG.GET.ONCEWARD_EVENTS', '{"seq":1}');

    const answer = await apiRequest<{ state: { last_seq: number } }>(
      host,
      'STREAM.INFO.KV_onceward-runs',
    );
    assert.is(answer.ok && answer.value.state.last_seq, 0);
    await close();
  }),
);

test(
  'an inspector reads everything, and changes nothing',
  within(30_000, async () => {
    const { as, host, close } = await setup();
    const inspector = await as('inspector');
    await jetstream(host).publish(RUN, '{}');
    const before = await contentOf(host);

    const allowed = await usable(inspector, [...WRITES, OPEN, 'onceward.ask.0']);
    const read = await usable(inspector, ['$JS.API.STREAM.MSG.GET.KV_onceward-runs']);

    assert.equal(allowed, []);
    assert.equal(await contentOf(host), before);
    assert.is(read.length, 1);
    await close();
  }),
);

test(
  'an operator changes the registry of projects, tells hosts of a webhook again, and writes nothing else',
  within(30_000, async () => {
    const { as, close } = await setup();
    const operator = await as('operator');

    const allowed = await usable(operator, [...WRITES, OPEN]);

    assert.equal(allowed, ['$KV.onceward-projects.shop', 'onceward.delivery.github.issues']);
    await close();
  }),
);

test(
  'whoever serves metrics and whoever looks in sees how much waits; a publisher does not',
  within(30_000, async () => {
    const { as, close } = await setup();
    await jetstream(await as('publisher')).publish(OPEN, '{}');

    const seen = await Promise.all(
      (['host', 'worker', 'inspector', 'operator'] as const).map(async (login) =>
        readFleetFacts(await as(login)),
      ),
    );

    const waiting = seen.map(({ partitions }) => partitions.map((one) => one.waiting).sort());
    assert.equal(waiting, Array(4).fill([0, 1]));
    await rejects(readFleetFacts(await as('publisher')), 'PERMISSION_DENIED');
    await close();
  }),
);

test(
  'a worker announces itself, and cannot write a record, a job or an audit entry',
  within(30_000, async () => {
    const { as, host, close } = await setup();
    const worker = await as('worker');
    const before = await contentOf(host);

    const allowed = await usable(worker, [...WRITES, OPEN]);
    const announced = await usable(worker, ['$KV.onceward-presence.worker.w1']);
    const after = await contentOf(host);

    assert.equal(allowed, []);
    assert.equal(announced, ['$KV.onceward-presence.worker.w1']);
    assert.equal(after.slice(0, -1), before.slice(0, -1));
    await close();
  }),
);

test(
  'nobody hears what is meant for somebody else',
  within(30_000, async () => {
    const { as, close } = await setup();
    const subjects = ['_INBOX.>', '_INBOX.host.>', 'onceward.>', '$KV.>', '>'];

    const heard = await Promise.all(
      (['worker', 'publisher', 'inspector', 'operator'] as const).map(async (login) =>
        subscribable(await as(login), subjects),
      ),
    );

    assert.equal(heard, [[], [], [], []]);
    await close();
  }),
);

test.run();

/** The subjects among these that the server lets this login subscribe to. */
async function subscribable(nc: NatsConnection, subjects: readonly string[]): Promise<string[]> {
  const refused = new Set<string>();
  for (const subject of subjects) {
    nc.subscribe(subject, { callback: (error) => void (error && refused.add(subject)) });
  }
  await nc.flush();
  return subjects.filter((subject) => !refused.has(subject));
}
