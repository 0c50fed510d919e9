// Jobs that come again: those that nobody ends, and those that are given back.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { every } from '../../support/local-clock.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { within } from '../../support/within.ts';
import { nextOf, setup, takeOne } from './jobs-fixture.ts';

test(
  'a job that nobody ends is delivered again after the ack wait, and says so',
  within(20_000, async () => {
    const { close, first, line, publish, second } = await setup(1_000);
    await first.open({ ...line, maxConcurrentRuns: 1 });
    await publish(line.project, 'job');
    const lost = await takeOne(first, line);

    const again = await nextOf(second, line);

    assert.equal([lost?.deliveries, again.deliveries], [1, 2]);
    assert.is(again.body, 'job');
    again.done();
    await close();
  }),
);

test(
  'a job under way that gives signs of life is delivered to nobody else',
  within(20_000, async () => {
    const { close, first, line, pendingOf, publish, second } = await setup(1_000);
    await first.open({ ...line, maxConcurrentRuns: 2 });
    await publish(line.project, 'long', 'silent');
    const long = await takeOne(first, line);
    await takeOne(first, line);
    const endBeat = every(200, () => long?.working());

    // The silent one comes again twice, so the ack wait of the long one has passed twice as well.
    const again = [await nextOf(second, line), await nextOf(second, line)];
    endBeat();

    assert.equal(
      again.map((job) => `${job.body} ${job.deliveries}`),
      ['silent 2', 'silent 3'],
    );
    assert.equal(await pendingOf(line), { unfinished: 2, waiting: 0 });
    await close();
  }),
);

test(
  'a job that is done does not come again',
  within(20_000, async () => {
    const { close, first, line, nc, publish } = await setup(1_000);
    await first.open({ ...line, maxConcurrentRuns: 2 });
    await publish(line.project, 'done', 'open');
    (await takeOne(first, line))?.done();
    await takeOne(first, line);

    const again = await nextOf(first, line);

    assert.is(again.body, 'open');
    again.done();
    await nc.flush();
    await close();
  }),
);

test(
  'a job that is given back comes again after its delay',
  within(20_000, async () => {
    const { close, first, line, publish } = await setup();
    await first.open({ ...line, maxConcurrentRuns: 2 });
    await publish(line.project, 'later', 'sooner');
    const sentMs = performance.now();
    (await takeOne(first, line))?.retry(500);

    const sooner = await nextOf(first, line);
    const again = await nextOf(first, line);

    assert.is(sooner.body, 'sooner');
    assert.equal([again.body, again.deliveries], ['later', 2]);
    assert.ok(performance.now() - sentMs >= 490);
    await close();
  }),
);

test.after(() => stopNatsServer());
test.run();
