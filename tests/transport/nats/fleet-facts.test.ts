// How much waits, as the server itself tells it: mailboxes by partition, jobs by pool, project and lane.
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { partitionOf } from '../../../machines/partition.ts';
import { readFleetFacts } from '../../../transport/nats/fleet-facts.ts';
import { createJobSource } from '../../../transport/nats/jobs.ts';
import { openMailbox } from '../../../transport/nats/mailbox.ts';
import { openNats } from '../../support/nats-fixture.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';

async function setup(partitions: number) {
  const { nc, close } = await openNats({ isFresh: true, partitions });
  const publish = async (subject: string, count: number) => {
    for (let n = 0; n < count; n += 1) await jetstream(nc).publish(subject, '{}');
  };
  const source = createJobSource(nc, { ackWaitMs: 30_000 });
  return { nc, close, publish, source };
}

test(
  'a mailbox counts what is not handled yet, delivered or not, and shows whether a host has it',
  within(30_000, async () => {
    const { nc, close, publish } = await setup(2);
    const busy = partitionOf({ project: 'shop', subject: '1' }, 2);
    await publish('onceward.event.item.shop.1.open', 3);
    const untouched = await readFleetFacts(nc);
    const mailbox = await openMailbox(nc, busy, () => () => {});
    const messages = mailbox.messages()[Symbol.asyncIterator]();
    await messages.next();
    const delivered = await readFleetFacts(nc);

    const waiting = { partition: busy, waiting: 3, isHeld: false };
    const idle = { partition: 1 - busy, waiting: 0, isHeld: false };
    const inOrder = busy === 0 ? [waiting, idle] : [idle, waiting];
    assert.equal(untouched.partitions, inOrder);
    assert.equal(
      delivered.partitions.find(({ partition }) => partition === busy),
      { ...waiting, isHeld: true },
    );
    // A reader that stands still would keep the session from closing.
    await messages.return?.();
    await mailbox.close();
    await close();
  }),
);

test(
  'a queue counts jobs that wait and jobs that a worker has, in each lane',
  within(30_000, async () => {
    const { nc, close, publish, source } = await setup(1);
    const line = { pool: 'big', project: 'shop' };
    await source.open({ ...line, maxConcurrentRuns: 4 });
    await publish('onceward.job.big.work.shop', 5);
    await publish('onceward.job.big.evaluate.shop', 2);
    await source.take({ ...line, lane: 'work' }, 2);

    const { queues } = await readFleetFacts(nc);

    assert.equal(queues, [
      { ...line, lane: 'deploy', waiting: 0, underWay: 0 },
      { ...line, lane: 'merge', waiting: 0, underWay: 0 },
      { ...line, lane: 'tend', waiting: 2, underWay: 0 },
      { ...line, lane: 'work', waiting: 3, underWay: 2 },
    ]);
    await close();
  }),
);

test(
  'jobs of a pool that no worker has ever served are counted, too',
  within(30_000, async () => {
    const { nc, close, publish } = await setup(1);
    await publish('onceward.job.gpu.work.shop', 3);
    await publish('onceward.job.gpu.evaluate.shop', 1);
    await publish('onceward.job.gpu.cleanup.shop', 1);

    const { queues } = await readFleetFacts(nc);

    assert.equal(queues, [
      { pool: 'gpu', project: 'shop', lane: 'tend', waiting: 2, underWay: 0 },
      { pool: 'gpu', project: 'shop', lane: 'work', waiting: 3, underWay: 0 },
    ]);
    await close();
  }),
);

test(
  'more consumers than fit on a page of the server are all counted',
  within(60_000, async () => {
    const { nc, close, source } = await setup(3);
    const projects = Array.from({ length: 150 }, (_, n) => `shop${n}`);
    await Promise.all(
      projects.map((project) => source.open({ pool: 'default', project, maxConcurrentRuns: 1 })),
    );

    const { queues, partitions } = await readFleetFacts(nc);

    assert.is(queues.length, 600);
    assert.is(partitions.length, 3);
    await close();
  }),
);

test(
  'consumers of others on the same streams are passed over',
  within(30_000, async () => {
    const { nc, close } = await setup(1);
    const { consumers } = await jetstreamManager(nc);
    await consumers.add('ONCEWARD_EVENTS', {
      durable_name: 'somebody',
      filter_subject: 'onceward.mailbox.0.x.>',
    });

    const { partitions, queues } = await readFleetFacts(nc);

    assert.equal(partitions, [{ partition: 0, waiting: 0, isHeld: false }]);
    assert.equal(queues, []);
    await close();
  }),
);

test(
  'without streams it says so',
  within(30_000, async () => {
    const { nc, close } = await setup(1);
    const { streams } = await jetstreamManager(nc);
    await streams.delete('ONCEWARD_JOBS');

    const error = await rejects(readFleetFacts(nc), 'STREAM_MISMATCH');

    assert.match(error.message, 'ONCEWARD_JOBS');
    await close();
  }),
);

test.run();
