// The pool: never more jobs than slots, each project in its turn, and every job ended one way or the other.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasSettled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { ACK_WAIT_MS, setup } from './job-lines.ts';

const POLL_MS = 2_000;
const BACKLOG = Array.from({ length: 100 }, (_, n) => `big-${n}`);

test(
  'never more jobs are under way than there are slots, and none is held without one',
  within(5_000, async () => {
    const options = { slots: 3, jobs: { big: BACKLOG } };
    const { carried, clock, end, mostUnderWay, pool, underWay } = setup(options);
    await clock.advance(0);
    const atFirst = pool.busySlots();

    for (let n = 0; n < 50; n += 1) await end(underWay()[0] ?? '');

    assert.is(atFirst, 3);
    assert.is(pool.busySlots(), 3);
    assert.is(mostUnderWay(), 3);
    assert.is(carried.length, 53);
  }),
);

test(
  'a hint wakes an idle pool at once, and without one it looks every two seconds',
  within(5_000, async () => {
    const { carried, clock, lines } = setup();
    await clock.advance(100);
    lines.add('big', 'hinted');
    lines.hint();
    await clock.advance(0);
    const atOnce = [...carried];
    lines.add('big', 'found');
    await clock.advance(POLL_MS - 1);
    const early = [...carried];
    await clock.advance(1);

    assert.equal(atOnce, ['hinted']);
    assert.equal(early, ['hinted']);
    assert.equal(carried, ['hinted', 'found']);
  }),
);

test(
  'a hint that comes while the lines are being asked is not missed',
  within(5_000, async () => {
    let onAsked = () => {};
    const { carried, clock, lines } = setup({ onAsked: () => onAsked() });
    await clock.advance(0);
    onAsked = () => {
      onAsked = () => {};
      lines.add('big', 'just too late');
      lines.hint();
    };

    lines.hint();
    await clock.advance(0);

    assert.equal(carried, ['just too late']);
  }),
);

test(
  'a job that is carried out is done with; one for another worker is given back',
  within(5_000, async () => {
    const { clock, end, lines } = setup({ jobs: { big: ['mine', 'theirs'] } });
    await clock.advance(0);

    await end('mine');
    await end('theirs', 'later');

    assert.equal(lines.log, ['mine done', 'theirs retry 3000']);
  }),
);

test(
  'a job that fails is reported and given back, and its slot is free again',
  within(5_000, async () => {
    const options = { slots: 1, jobs: { big: ['broken', 'next'] } };
    const { carried, clock, errors, fail, lines } = setup(options);
    await clock.advance(0);

    await fail('broken');

    assert.equal(lines.log, ['broken retry 3000']);
    assert.equal(errors.map(String), ['Error: broken failed']);
    assert.equal(carried, ['broken', 'next']);
  }),
);

test(
  'a job that was delivered twenty times and still fails is let go',
  within(5_000, async () => {
    const { clock, fail, lines } = setup({ jobs: { big: ['poison'] }, deliveries: 20 });
    await clock.advance(0);

    await fail('poison');

    assert.equal(lines.log, ['poison done']);
  }),
);

test(
  'a job under way gives three signs of life in each ack wait, and none when it has ended',
  within(5_000, async () => {
    const { clock, end, lines } = setup({ jobs: { big: ['long'] } });

    await clock.advance(2 * ACK_WAIT_MS);
    const during = lines.log.length;
    await end('long');
    await clock.advance(2 * ACK_WAIT_MS);

    assert.is(during, 6);
    assert.equal(lines.log.slice(during), ['long done']);
  }),
);

test(
  'a queue that does not answer is reported, and asked again',
  within(5_000, async () => {
    const { carried, clock, errors } = setup({ nextFailures: 3, jobs: { big: ['job'] } });

    await clock.advance(5 * POLL_MS);

    assert.is(errors.length, 3);
    assert.equal(carried, ['job']);
  }),
);

test(
  'a pool without projects asks for nothing and goes on waiting',
  within(5_000, async () => {
    const { clock, lines, pool } = setup({ projects: [] });

    await clock.advance(10 * POLL_MS);
    await pool.stop();

    assert.is(lines.askedCount(), 0);
  }),
);

test(
  'a stop takes no more jobs and waits for those under way',
  within(5_000, async () => {
    const options = { slots: 1, jobs: { big: ['first', 'second'] } };
    const { carried, clock, end, lines, pool } = setup(options);
    await clock.advance(0);

    const stopping = pool.stop();
    const early = await hasSettled(stopping);
    await end('first');

    assert.not(early);
    assert.ok(await hasSettled(stopping));
    assert.equal(carried, ['first']);
    assert.is(lines.listeners(), 0);
    assert.is(clock.waiting(), 0);
  }),
);

test(
  'a job that arrives after the stop is given back at once',
  within(5_000, async () => {
    const { carried, clock, lines, pool } = setup({ jobs: { big: ['late'] } });

    const stopping = pool.stop();
    await clock.advance(0);
    await stopping;

    assert.equal(carried, []);
    assert.equal(lines.log, ['late retry 0']);
  }),
);

test.run();
