// Archiving by the outbox: in the background, after everything that counts, and until it is done.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { ARCHIVE, ITEM, LONG_MS, pending, RUN, setup, tell } from './outbox-fixture.ts';

test(
  'archiving is waited for by nobody, and begins a while after what was ordered before it',
  within(5_000, async () => {
    const { begun, clock, hold, letGo, outbox } = setup();
    hold('advance-confirmed');

    const performed = outbox.schedule(ITEM, 8, pending(tell(RUN, 'advance-confirmed'), ARCHIVE));
    await clock.advance(LONG_MS);
    const early = [...begun];
    letGo('advance-confirmed');
    await performed;
    const atEnd = [...begun];
    await clock.advance(1_000);

    assert.equal(early, [`${ITEM}:8:0`]);
    assert.equal(atEnd, [`${ITEM}:8:0`]);
    assert.equal(begun, [`${ITEM}:8:0`, `${ITEM}:8:1`]);
  }),
);

test(
  'archiving is tried again until it is done, and scheduled once',
  within(5_000, async () => {
    const { begun, clock, outbox } = setup({ failures: { archive: 2 } });

    await outbox.schedule(ITEM, 8, pending(ARCHIVE));
    await outbox.schedule(ITEM, 8, pending(ARCHIVE));
    await clock.advance(LONG_MS);

    assert.equal(
      begun,
      Array.from({ length: 3 }, () => `${ITEM}:8:0`),
    );
  }),
);

test(
  'at most 32 items are archived at the same time',
  within(5_000, async () => {
    const { begun, clock, hold, outbox } = setup();
    hold('archive');
    for (let n = 0; n < 40; n += 1) await outbox.schedule(`item.shop.${n}`, 1, pending(ARCHIVE));

    await clock.advance(LONG_MS);

    assert.is(begun.length, 32);
  }),
);

test(
  'of an archived actor nothing is remembered',
  within(5_000, async () => {
    const { clock, outbox } = setup();
    const confirm = { n: 0, revision: 8, effect: tell(RUN, 'advance-confirmed') };
    const archive = { n: 1, revision: 8, effect: ARCHIVE };
    await outbox.schedule(ITEM, 8, [confirm, archive]);
    const before = outbox.isPerformed(ITEM, confirm);

    await clock.advance(LONG_MS);

    assert.ok(before);
    assert.not(outbox.isPerformed(ITEM, confirm));
    assert.not(outbox.isPerformed(ITEM, archive));
  }),
);

test.run();
