// The queue of jobs: in order, each line within its limit over all workers, no line in the way of another.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stopNatsServer } from '../../support/nats-server.ts';
import { within } from '../../support/within.ts';
import { bodies, bodiesOf, nextOf, setup, takeOne } from './jobs-fixture.ts';

test(
  'several jobs are taken with one request, never more than asked for, and fewer where there are fewer',
  within(10_000, async () => {
    const { close, first, line, publish } = await setup();
    await first.open({ ...line, maxConcurrentRuns: 9 });
    await publish(line.project, ...bodies(5));

    const taken = [await first.take(line, 3), await first.take(line, 9), await first.take(line, 9)];

    assert.equal(taken.map(bodiesOf), [bodies(5).slice(0, 3), bodies(5).slice(3), []]);
    await close();
  }),
);

test(
  'a request for jobs stops at the limit of its line',
  within(10_000, async () => {
    const { close, first, line, publish } = await setup();
    await first.open({ ...line, maxConcurrentRuns: 2 });
    await publish(line.project, ...bodies(5));

    const taken = await first.take(line, 5);
    for (const job of taken) job.done();
    const next = await nextOf(first, line);

    assert.equal(bodiesOf(taken), ['job-0', 'job-1']);
    assert.is(next.body, 'job-2');
    await close();
  }),
);

test(
  'jobs come in the order in which they were published, and an empty line has none',
  within(10_000, async () => {
    const { close, first, line, publish } = await setup();
    await first.open({ ...line, maxConcurrentRuns: 10 });
    const before = await takeOne(first, line);
    await publish(line.project, ...bodies(3));

    const taken = [
      await takeOne(first, line),
      await takeOne(first, line),
      await takeOne(first, line),
    ];

    assert.is(before, null);
    assert.equal(
      taken.map((job) => job?.body),
      bodies(3),
    );
    assert.equal(
      taken.map((job) => job?.deliveries),
      [1, 1, 1],
    );
    assert.is(await takeOne(first, line), null);
    await close();
  }),
);

test(
  'two workers together never hold more unfinished jobs of a project than it allows',
  within(10_000, async () => {
    const { close, first, line, pendingOf, publish, second } = await setup();
    for (const source of [first, second]) await source.open({ ...line, maxConcurrentRuns: 2 });
    await publish(line.project, ...bodies(5));
    const held = [await takeOne(first, line), await takeOne(second, line)];

    const over = nextOf(second, line);
    const whileFull = await pendingOf(line);
    held[0]?.done();
    const next = await over;

    assert.equal(bodiesOf(held), ['job-0', 'job-1']);
    assert.equal(whileFull, { unfinished: 2, waiting: 3 });
    assert.is(next.body, 'job-2');
    assert.equal(await pendingOf(line), { unfinished: 2, waiting: 2 });
    await close();
  }),
);

test(
  'a project at its limit leaves the jobs of another to be had',
  within(10_000, async () => {
    const { close, first, line, publish } = await setup();
    const other = { ...line, project: `${line.project}b` };
    for (const each of [line, other]) await first.open({ ...each, maxConcurrentRuns: 1 });
    await publish(line.project, ...bodies(100));
    await publish(other.project, 'other');

    const jobs = [await takeOne(first, line), await takeOne(first, other)];

    assert.equal(bodiesOf(jobs), ['job-0', 'other']);
    await close();
  }),
);

test(
  'a line that is opened again takes the new limit, and keeps its jobs',
  within(10_000, async () => {
    const { close, first, line, pendingOf, publish, second } = await setup();
    await first.open({ ...line, maxConcurrentRuns: 1 });
    await publish(line.project, ...bodies(2));
    await takeOne(first, line);

    await second.open({ ...line, maxConcurrentRuns: 2 });
    const after = await nextOf(first, line);

    assert.is(after.body, 'job-1');
    assert.equal(await pendingOf(line), { unfinished: 2, waiting: 0 });
    await close();
  }),
);

test(
  'work that is under way never holds up judging and cleaning up',
  within(10_000, async () => {
    const { close, first, line, publish, publishAs } = await setup();
    const tend = { ...line, lane: 'tend' as const };
    await first.open({ ...line, maxConcurrentRuns: 1 });
    await publish(line.project, ...bodies(3));
    await publishAs('evaluate', line.project, ['evaluation']);
    await publishAs('cleanup', line.project, ['cleaning']);
    await takeOne(first, line);

    const tended = [
      await takeOne(first, tend),
      await takeOne(first, tend),
      await takeOne(first, tend),
    ];

    assert.equal(bodiesOf(tended), ['evaluation', 'cleaning', undefined]);
    await close();
  }),
);

test(
  'a published job is hinted to its pool and lane, and to no other',
  within(10_000, async () => {
    const { close, first, line, nc, publish, publishAs } = await setup();
    const hints: string[] = [];
    const note = (name: string) => () => void hints.push(name);
    const { pool } = line;
    first.onHint({ pool: 'gpu', lane: 'work' }, note('gpu'));
    first.onHint({ pool, lane: 'tend' }, note('tend'));
    const stop = first.onHint({ pool, lane: 'work' }, note('work'));
    // Its subscriptions are known to the server once the line has been opened over the same connection.
    await first.open({ ...line, maxConcurrentRuns: 9 });

    await publish(line.project, 'job');
    await publishAs('evaluate', line.project, ['evaluation']);
    await takeOne(first, line);
    stop();
    await publish(line.project, 'unheard');
    await takeOne(first, line);
    await nc.flush();

    assert.equal(hints, ['work', 'tend']);
    await close();
  }),
);

test.after(() => stopNatsServer());
test.run();
