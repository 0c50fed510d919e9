// A worker's pools through reloads and stops: nothing under way is forgotten, and no stop lasts for ever.
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OncewardError } from '../../transport/errors.ts';
import type { Asker } from '../../transport/ports.ts';
import { localClock } from '../support/local-clock.ts';
import { hasSettled } from '../support/virtual-clock.ts';
import { within } from '../support/within.ts';
import { configured, passTimeUntil, setup } from './worker-role-fixture.ts';
import { setup as setupRun } from './workers/job-handling-fixture.ts';

/** The default of `drainMs`, and 20 s for handing back. */
const STOP_LIMIT_MS = 30_000;
const POLL_MS = 2_000;
/** Between two tries to tell what must not be lost. */
const INSIST_PAUSE_MS = 1_000;

test(
  'judging and cleaning up do not wait for a slot of work',
  within(5_000, async () => {
    const { clock, queue, reads } = await setup({ configuration: configured({ slots: 1 }) });
    queue.add('work', 'run.shop.1.build.1');
    queue.add('work', 'run.shop.2.build.1');
    await clock.advance(0);

    queue.add('tend', 'run.shop.3.build.1');
    queue.add('tend', 'run.shop.4.build.1');
    queue.add('tend', 'run.shop.5.build.1');
    await clock.advance(POLL_MS);

    assert.equal(reads.keys(), ['shop.1.build.1', 'shop.3.build.1', 'shop.4.build.1']);
  }),
);

test(
  'a reload takes jobs as the new configuration has it, and ends those of the old one',
  within(5_000, async () => {
    const { clock, queue, reads, role } = await setup();
    queue.add('work', 'run.shop.1.build.1');
    await clock.advance(0);

    await role.apply(configured({ pool: 'gpu' }));
    queue.add('work', 'run.shop.2.build.1', 'gpu');
    queue.add('work', 'run.shop.3.build.1', 'default');
    await clock.advance(POLL_MS);
    const during = reads.keys();
    reads.end('shop.1.build.1');
    await clock.advance(0);

    assert.equal(queue.opened, ['default shop', 'gpu shop']);
    assert.equal(during, ['shop.1.build.1', 'shop.2.build.1']);
    assert.equal(queue.log, ['done']);
  }),
);

test(
  'a reload that fails leaves everything at work',
  within(5_000, async () => {
    const { clock, queue, reads, role } = await setup();
    const failure = new Error('the queue does not answer');
    queue.failWith(failure);

    const reason = await role.apply(configured({ pool: 'gpu' })).catch((error: unknown) => error);
    queue.add('work', 'run.shop.1.build.1');
    await clock.advance(POLL_MS);

    assert.is(reason, failure);
    assert.equal(reads.keys(), ['shop.1.build.1']);
  }),
);

test(
  'a stop waits for jobs that an earlier configuration has taken',
  within(5_000, async () => {
    const { clock, queue, reads, role } = await setup();
    queue.add('work', 'run.shop.1.build.1');
    await clock.advance(0);
    await role.apply(configured({ pool: 'gpu' }));
    await role.apply(configured());

    const stopping = role.stop();
    await clock.advance(1_000);
    const early = await hasSettled(stopping);
    reads.end('shop.1.build.1');
    await clock.advance(0);

    assert.not(early);
    assert.ok(await hasSettled(stopping));
    assert.equal(queue.log, ['done']);
  }),
);

test(
  'a reload that a stop overtakes takes no jobs',
  within(5_000, async () => {
    const { clock, queue, reads, role } = await setup();

    const applying = role.apply(configured({ pool: 'gpu' }));
    await Promise.all([role.stop(), applying]);
    queue.add('work', 'run.shop.1.build.1', 'gpu');
    await clock.advance(POLL_MS);

    assert.equal(reads.keys(), []);
    assert.is(clock.waiting(), 0);
  }),
);

test(
  'a stop ends twenty seconds after the drain at the latest, and says what is left',
  within(5_000, async () => {
    const { clock, queue, role, warnings } = await setup();
    queue.add('work', 'run.shop.1.build.1');
    await clock.advance(0);

    const stopping = role.stop();
    await clock.advance(STOP_LIMIT_MS - 1);
    const early = await hasSettled(stopping);
    await clock.advance(1);

    assert.not(early);
    assert.ok(await hasSettled(stopping));
    assert.equal(
      warnings.map(({ fields }) => fields['busySlots']),
      [1],
    );
  }),
);

test(
  'an exit that nobody answers for is told until the stop is over, and not after it',
  within(20_000, async () => {
    const { world } = await setupRun();
    const heard = new EventTarget();
    let exits = 0;
    const asker: Asker = {
      async ask({ type }) {
        if (type !== 'exited') {
          return { outcome: 'applied', revision: 9, state: 'any', isRepeat: false };
        }
        exits += 1;
        heard.dispatchEvent(new Event('exited'));
        throw new OncewardError('BROKER_UNAVAILABLE', 'no host answers');
      },
    };
    const runs = world.bucket('onceward-runs');
    const items = world.bucket('onceward-items');
    const { clock, queue, role } = await setup({ asker, runs, items });
    const isTold = once(heard, 'exited');
    queue.add('work', 'run.shop.7.build.1');
    await passTimeUntil(clock, isTold);
    await clock.advance(600_000);
    const before = exits;

    const stopping = role.stop();
    await clock.advance(STOP_LIMIT_MS);
    const isStopped = await hasSettled(stopping);
    const atStop = exits;
    await clock.advance(600_000);

    assert.ok(before > 300, `${before} in ten minutes`);
    assert.ok(isStopped);
    assert.ok(atStop > before);
    assert.ok(exits <= atStop + 1);
    assert.equal(queue.log, ['retry']);
  }),
);

test(
  'a stop for which there is no hope ends what is under way at once, however long the drain',
  within(20_000, async () => {
    const { world } = await setupRun({ command: 'exec sleep 60', killGraceMs: 100 });
    const heard = new EventTarget();
    const asker: Asker = {
      async ask({ type }) {
        heard.dispatchEvent(new Event(type));
        return { outcome: 'applied', revision: 9, state: 'any', isRepeat: false };
      },
    };
    const { settings, ...rest } = configured();
    const { queue, role, warnings } = await setup({
      ...{
        asker,
        clock: localClock,
        configuration: { ...rest, settings: { ...settings, drainMs: 600_000 } },
      },
      ...{ runs: world.bucket('onceward-runs'), items: world.bucket('onceward-items') },
    });
    const isWorking = once(heard, 'progress');
    queue.add('work', 'run.shop.7.build.1');
    await isWorking;

    const startedMs = performance.now();
    await role.stop({ isHopeless: true });
    const tookMs = performance.now() - startedMs;

    assert.ok(tookMs < 5_000, `${Math.round(tookMs)} ms`);
    assert.equal(queue.log.length, 1);
    assert.equal(warnings, []);
  }),
);

test(
  'an exit that nobody answers for is told no more once there is no hope',
  within(20_000, async () => {
    const { world } = await setupRun();
    const heard = new EventTarget();
    const asker: Asker = {
      async ask({ type }) {
        heard.dispatchEvent(new Event(type));
        if (type === 'exited') throw new OncewardError('BROKER_UNAVAILABLE', 'no host answers');
        return { outcome: 'applied', revision: 9, state: 'any', isRepeat: false };
      },
    };
    const runs = world.bucket('onceward-runs');
    const items = world.bucket('onceward-items');
    const { clock, queue, role, warnings } = await setup({ asker, runs, items });
    const isTold = once(heard, 'exited');
    queue.add('work', 'run.shop.7.build.1');
    await passTimeUntil(clock, isTold);

    const stopping = role.stop({ isHopeless: true });
    await clock.advance(INSIST_PAUSE_MS);

    assert.ok(await hasSettled(stopping));
    assert.equal(queue.log, ['retry']);
    assert.equal(warnings.at(-1)?.message, 'a worker survived an error');
  }),
);

test.run();
