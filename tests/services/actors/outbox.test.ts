// The outbox: effects in order for each target, side by side for different ones, each until it is performed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasSettled, settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { ALARM, ARCHIVE, ITEM, LONG_MS, pending, RUN, setup, tell } from './outbox-fixture.ts';

test(
  'an effect is performed under its address, revision and number, and carries the revision as its fence',
  within(5_000, async () => {
    const { origins, outbox } = setup();
    const carried = { n: 4, revision: 9, effect: tell(ITEM, 'advance') };

    await outbox.schedule(RUN, 12, [carried, ...pending(ALARM)]);

    assert.equal(origins, [
      { id: `${RUN}:9:4`, address: RUN, fence: 9 },
      { id: `${RUN}:12:0`, address: RUN, fence: 12 },
    ]);
  }),
);

test(
  'effects for one target are performed one after the other, in their order',
  within(5_000, async () => {
    const { begun, hold, letGo, outbox } = setup();
    hold('open');

    const performed = outbox.schedule(ITEM, 1, pending(tell(RUN, 'open'), tell(RUN, 'claim')));
    await settled();
    const early = [...begun];
    letGo('open');
    await performed;

    assert.equal(early, [`${ITEM}:1:0`]);
    assert.equal(begun, [`${ITEM}:1:0`, `${ITEM}:1:1`]);
  }),
);

test(
  'effects for one target keep their order over several revisions of the actor',
  within(5_000, async () => {
    const { begun, hold, letGo, outbox } = setup();
    hold('open');

    void outbox.schedule(ITEM, 1, pending(tell(RUN, 'open')));
    const second = outbox.schedule(ITEM, 2, pending(tell(RUN, 'cancel')));
    await settled();
    const early = [...begun];
    letGo('open');
    await second;

    assert.equal(early, [`${ITEM}:1:0`]);
    assert.equal(begun, [`${ITEM}:1:0`, `${ITEM}:2:0`]);
  }),
);

test(
  'effects for different targets do not wait for each other',
  within(5_000, async () => {
    const { begun, hold, letGo, outbox } = setup();
    hold('open');

    const effects = pending(tell(RUN, 'open'), tell('run.shop.7.build.2', 'cancel'), ALARM);
    const performed = outbox.schedule(ITEM, 1, effects);
    await settled();
    const early = [...begun];
    letGo('open');
    await performed;

    assert.equal(early, [`${ITEM}:1:0`, `${ITEM}:1:1`, `${ITEM}:1:2`]);
  }),
);

test(
  'the promise settles only when every effect has been performed',
  within(5_000, async () => {
    const { hold, letGo, outbox } = setup();
    hold('open');

    const performed = outbox.schedule(ITEM, 1, pending(tell(RUN, 'open'), ALARM));
    const early = await hasSettled(performed);
    letGo('open');

    assert.not(early);
    assert.ok(await hasSettled(performed));
  }),
);

test(
  'an effect that fails is reported and tried again until it is performed, ahead of what follows it',
  within(5_000, async () => {
    const { begun, clock, outbox, reports } = setup({ failures: { open: 5 } });

    const performed = outbox.schedule(ITEM, 1, pending(tell(RUN, 'open'), tell(RUN, 'claim')));
    await clock.advance(LONG_MS);

    assert.ok(await hasSettled(performed));
    assert.equal(begun, [...Array.from({ length: 6 }, () => `${ITEM}:1:0`), `${ITEM}:1:1`]);
    assert.equal(
      reports,
      Array.from({ length: 5 }, () => `${ITEM}:1:0 open failed`),
    );
  }),
);

test(
  'an effect is never scheduled twice under one id, neither under way nor performed',
  within(5_000, async () => {
    const { begun, hold, letGo, outbox } = setup();
    hold('open');
    const effects = pending(tell(RUN, 'open'));

    void outbox.schedule(ITEM, 1, effects);
    const again = outbox.schedule(ITEM, 1, effects);
    const early = await hasSettled(again);
    letGo('open');
    await again;
    await outbox.schedule(ITEM, 1, effects);

    assert.not(early, 'the repeat waits for the first');
    assert.equal(begun, [`${ITEM}:1:0`]);
  }),
);

test(
  'what has been performed is known until no record carries it any more',
  within(5_000, async () => {
    const { outbox } = setup();
    const effect = { n: 0, revision: 1, effect: tell(RUN, 'open') };
    await outbox.schedule(ITEM, 1, [effect]);

    outbox.prune(ITEM, [effect]);
    const carried = outbox.isPerformed(ITEM, effect);
    outbox.prune(ITEM, []);

    assert.ok(carried);
    assert.not(outbox.isPerformed(ITEM, effect));
    assert.not(outbox.isPerformed(RUN, effect));
  }),
);

test(
  'drained waits for everything queued for the actor, and for nothing of others',
  within(5_000, async () => {
    const { hold, letGo, outbox } = setup();
    hold('open');
    void outbox.schedule(ITEM, 1, pending(tell(RUN, 'open')));

    const other = await hasSettled(outbox.drained('item.shop.8'));
    const early = await hasSettled(outbox.drained(ITEM));
    letGo('open');

    assert.ok(other);
    assert.not(early);
    assert.ok(await hasSettled(outbox.drained(ITEM)));
  }),
);

test(
  'a stop waits for what is under way, and begins nothing more',
  within(5_000, async () => {
    const { begun, clock, hold, letGo, outbox } = setup();
    hold('open');
    void outbox.schedule(ITEM, 1, pending(tell(RUN, 'open'), tell(RUN, 'claim'), ARCHIVE));
    await settled();

    const stopped = outbox.stop();
    const early = await hasSettled(stopped);
    letGo('open');
    await stopped;
    await clock.advance(LONG_MS);

    assert.not(early);
    assert.equal(begun, [`${ITEM}:1:0`]);
  }),
);

test.run();
