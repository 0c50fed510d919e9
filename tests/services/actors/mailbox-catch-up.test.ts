// When a mailbox counts as caught up: once everything that waited at its opening has been handled.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { externalPipeline } from '../../support/test-host.ts';
import { within } from '../../support/within.ts';
import { ITEM } from './actor-events.ts';
import { setup } from './partition-fixture.ts';

const OPENING = { title: 'a defect', pipeline: externalPipeline('build') };

/** By then a mailbox that cannot be opened at first has been tried again. */
const OPENED_MS = 500;

/** A partition whose effects, and so whose messages, end when the test says so. */
function setupWithHeldEffects(openFailures = 0) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { ...setup({ onPerform: () => released, openFailures }), release };
}

test(
  'a mailbox in which nothing waits has caught up as soon as it is open',
  within(5_000, async () => {
    const { clock, isCaughtUp, partition } = setup();
    const before = isCaughtUp();

    await clock.advance(0);
    await partition.stop();

    assert.equal([before, isCaughtUp()], [false, true]);
  }),
);

test(
  'it has caught up when the last waiting message has been handled, not when it has been read',
  within(5_000, async () => {
    const { clock, isCaughtUp, mailbox, partition, release } = setupWithHeldEffects(1);
    mailbox.publish(`${ITEM}.open`, OPENING);
    mailbox.publish('item.shop.8.open', OPENING);
    await clock.advance(OPENED_MS + 100);
    const read = mailbox.takenCount();
    const early = isCaughtUp();

    release();
    await clock.advance(100);
    await partition.stop();

    assert.equal([read, early, isCaughtUp()], [2, false, true]);
  }),
);

test(
  'what is published later is not waited for',
  within(5_000, async () => {
    const { clock, isCaughtUp, mailbox, partition, release } = setupWithHeldEffects();
    await clock.advance(0);

    mailbox.publish(`${ITEM}.open`, OPENING);
    await clock.advance(100);
    const duringWork = isCaughtUp();
    release();
    await partition.stop();

    assert.ok(duringWork);
  }),
);

test(
  'a mailbox that cannot be opened has not caught up',
  within(5_000, async () => {
    const { clock, isCaughtUp, partition } = setup({ openFailures: 100 });

    await clock.advance(40_000);
    const early = isCaughtUp();
    await clock.advance(20_000);
    await partition.stop();

    assert.equal([early, isCaughtUp()], [false, true]);
  }),
);

test(
  'a waiting message that never comes holds nothing up for longer than half a minute',
  within(5_000, async () => {
    const { clock, isCaughtUp, mailbox, partition } = setup({ openFailures: 1 });
    mailbox.owe(7);
    await clock.advance(OPENED_MS + 29_999);
    const early = isCaughtUp();

    await clock.advance(1);
    await partition.stop();

    assert.equal([early, isCaughtUp()], [false, true]);
  }),
);

test.run();
