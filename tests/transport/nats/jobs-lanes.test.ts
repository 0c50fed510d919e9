// The consumers behind the lanes of a line: never in each other's way, and never without an answer.
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { JOBS_STREAM } from '../../../transport/nats/topology-settings.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { within } from '../../support/within.ts';
import { bodies, bodiesOf, setup, takeOne } from './jobs-fixture.ts';

test(
  'a lane at its limit says at once that there is nothing to be had',
  within(4_000, async () => {
    const { close, first, line, publish } = await setup();
    await first.open({ ...line, maxConcurrentRuns: 1 });
    await publish(line.project, ...bodies(3));
    await takeOne(first, line);

    const looks = [
      await takeOne(first, line),
      await takeOne(first, line),
      await takeOne(first, line),
    ];

    assert.equal(looks, [null, null, null]);
    await close();
  }),
);

test(
  'a slot that becomes free later is not spent on a look that is over',
  within(10_000, async () => {
    const { close, first, line, pendingOf, publish, second } = await setup();
    await first.open({ ...line, maxConcurrentRuns: 1 });
    await publish(line.project, ...bodies(2));
    const held = await takeOne(first, line);
    await takeOne(second, line);

    held?.done();
    // Over the same connection: the server has seen the end of the job before it answers.
    const next = await takeOne(first, line);

    assert.is(next?.body, 'job-1');
    assert.equal(await pendingOf(line), { unfinished: 1, waiting: 0 });
    await close();
  }),
);

test(
  'cleanups that nobody can end do not keep work waiting',
  within(10_000, async () => {
    const { close, first, line, publish, publishAs } = await setup();
    const tend = { ...line, lane: 'tend' as const };
    await first.open({ ...line, maxConcurrentRuns: 2 });
    await publishAs('cleanup', line.project, ['a', 'b', 'c']);
    const cleanups = [
      await takeOne(first, tend),
      await takeOne(first, tend),
      await takeOne(first, tend),
    ];
    for (const cleanup of cleanups) cleanup?.retry(60_000);
    await publish(line.project, 'work');

    const work = await takeOne(first, line);

    assert.equal(bodiesOf([...cleanups, work]), ['a', 'b', 'c', 'work']);
    await close();
  }),
);

test(
  'a consumer that was made for jobs of every kind is narrowed down to work',
  within(10_000, async () => {
    const { close, first, line, nc, publish, publishAs } = await setup();
    const { consumers } = await jetstreamManager(nc);
    const { pool, project } = line;
    await consumers.add(JOBS_STREAM, {
      durable_name: `${pool}=${project}`,
      filter_subject: `onceward.job.${pool}.*.${project}`,
      ack_policy: AckPolicy.Explicit,
      max_ack_pending: 1,
    });
    await publishAs('evaluate', project, ['evaluation']);
    await publish(project, 'work');

    await first.open({ ...line, maxConcurrentRuns: 1 });
    const taken = [await takeOne(first, line), await takeOne(first, { ...line, lane: 'tend' })];

    assert.equal(bodiesOf(taken), ['work', 'evaluation']);
    await close();
  }),
);

test(
  'two workers may open a line at the same time, with limits of their own',
  within(10_000, async () => {
    const { close, first, line, nc, second } = await setup();

    await Promise.all([
      first.open({ ...line, maxConcurrentRuns: 2 }),
      second.open({ ...line, maxConcurrentRuns: 5 }),
    ]);

    const { consumers } = await jetstreamManager(nc);
    const { config } = await consumers.info(JOBS_STREAM, `${line.pool}=${line.project}`);
    assert.ok([2, 5].includes(config.max_ack_pending ?? 0));
    await close();
  }),
);

test(
  'a job of a merge queue that nobody acknowledges is given to another worker after 5 s at most',
  within(10_000, async () => {
    const { close, first, line, nc } = await setup(30_000);
    const waitMs = async (name: string) => {
      const { consumers } = await jetstreamManager(nc);
      const { config } = await consumers.info(JOBS_STREAM, name);
      return (config.ack_wait ?? 0) / 1_000_000;
    };

    await first.open({ ...line, maxConcurrentRuns: 1 });

    assert.is(await waitMs(`default=${line.project}=merge`), 5_000);
    assert.is(await waitMs(`default=${line.project}`), 30_000);
    await close();
  }),
);

test.after(() => stopNatsServer());
test.run();
