// One partition: messages of one item in turn, acknowledged when nothing of them can be lost any more.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stateName } from '../../../machines/record.ts';
import { externalPipeline } from '../../support/test-host.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { ITEM, RUN } from './actor-events.ts';
import { LONG_MS } from './actor-hosts.ts';
import { setup } from './partition-fixture.ts';

const OPENING = { title: 'a defect', pipeline: externalPipeline('build', 'ship') };
const CLAIM = { claimant: 'publisher', verdict: { kind: 'pass', cause: 'published' } };
const NEXT_RUN = 'run.shop.7.ship.1';

/** A promise and what settles it. */
function signal() {
  let send = () => {};
  const sent = new Promise<void>((resolve) => {
    send = resolve;
  });
  return { send, sent };
}

test(
  'a publisher may send an opening and all that follows without waiting for anything',
  within(5_000, async () => {
    const { clock, mailbox, partition, world } = setup({
      // Opening the next run takes longer than the next message is away.
      onPerform: ({ origin }) =>
        new Promise((done) => void clock.after(origin.address === ITEM ? 50 : 0, done)),
    });
    mailbox.publish(`${ITEM}.open`, OPENING);
    for (const run of [RUN, NEXT_RUN]) {
      mailbox.publish(`${run}.exited`, { code: 0 });
      mailbox.publish(`${run}.claim`, CLAIM);
    }

    await clock.advance(LONG_MS);
    await partition.stop();

    assert.is(stateName((await world.stored(ITEM))?.record.state ?? ''), 'done');
    assert.equal(mailbox.acked, [1, 2, 3, 4, 5]);
  }),
);

test(
  'a message waits for the effects of the one before it for the same item, and not for other items',
  within(5_000, async () => {
    const { send, sent } = signal();
    const { clock, mailbox, partition, world } = setup({
      onPerform: ({ origin }) => (origin.address === ITEM ? sent : undefined),
    });
    mailbox.publish(`${ITEM}.open`, OPENING);
    mailbox.publish(`${RUN}.exited`, { code: 0 });
    mailbox.publish('item.shop.8.open', OPENING);

    await clock.advance(100);
    const early = [...mailbox.acked];
    send();
    await clock.advance(100);
    await partition.stop();

    assert.equal(early, [3]);
    assert.equal(mailbox.acked, [3, 1, 2]);
    assert.is(stateName((await world.stored(RUN))?.record.state ?? ''), 'finalizing');
  }),
);

test(
  'an applied message is acknowledged only when its effects have been performed',
  within(5_000, async () => {
    const { send, sent } = signal();
    const { clock, mailbox, partition, world } = setup({ onPerform: () => sent });
    mailbox.publish(`${ITEM}.open`, OPENING);

    await clock.advance(100);
    const early = [...mailbox.acked];
    const committed = await world.stored(ITEM);
    send();
    await clock.advance(100);
    await partition.stop();

    assert.ok(committed);
    assert.equal(early, []);
    assert.equal(mailbox.acked, [1]);
  }),
);

test(
  'a message an actor refuses is acknowledged only when the audit is stored',
  within(5_000, async () => {
    const { clock, holdAudit, mailbox, partition } = setup();
    const store = holdAudit();
    mailbox.publish(`${ITEM}.pause`);

    await clock.advance(100);
    const early = [...mailbox.acked];
    store();
    await clock.advance(100);
    await partition.stop();

    assert.equal(early, []);
    assert.equal(mailbox.acked, [1]);
  }),
);

test(
  'a message that is refused at the door reaches no actor, and is acknowledged when that is recorded',
  within(5_000, async () => {
    const { clock, holdAudit, host, mailbox, partition, refusals } = setup();
    const store = holdAudit();
    mailbox.publish(`${ITEM}.open`, '{"title":');
    mailbox.publish('nobody.knows.this.address');

    await clock.advance(100);
    const early = [...mailbox.acked];
    store();
    await clock.advance(100);
    await partition.stop();

    assert.equal(early, []);
    assert.equal(mailbox.acked.sort(), [1, 2]);
    assert.equal(
      refusals.map(({ reason }) => reason),
      ['not-json', 'unknown-actor'],
    );
    assert.equal(host.outcomes, []);
  }),
);

test(
  'a message that fails is reported and not acknowledged, and no later one of its item overtakes it',
  within(5_000, async () => {
    const delivered: string[] = [];
    const { clock, mailbox, partition, reports } = setup({
      async deliver({ type }) {
        delivered.push(type);
        if (type === 'open') throw new Error('the host is stopping');
        const reply = { outcome: 'applied', revision: 1, state: 'any', isRepeat: false } as const;
        return { reply, performed: Promise.resolve() };
      },
    });
    mailbox.publish(`${ITEM}.open`, OPENING);
    mailbox.publish(`${ITEM}.pause`);

    await clock.advance(100);
    await partition.stop();

    assert.equal(delivered, ['open']);
    assert.equal(mailbox.acked, []);
    assert.is(reports.length, 1);
  }),
);

test(
  'a session that ends is opened again, and what it brings again is recognised',
  within(5_000, async () => {
    const { send, sent } = signal();
    const { clock, host, mailbox, partition, world } = setup({ onPerform: () => sent });
    mailbox.publish(`${ITEM}.open`, OPENING);
    await clock.advance(100);

    mailbox.interrupt();
    await clock.advance(LONG_MS);
    send();
    await clock.advance(100);
    await partition.stop();

    assert.is(mailbox.openedCount(), 2);
    const replies = host.outcomes.filter(({ event }) => event.address === ITEM);
    const repeats = replies.map(({ reply }) => reply.outcome === 'applied' && reply.isRepeat);
    assert.equal(repeats, [false, true]);
    assert.is((await world.stored(ITEM))?.record.recent.length, 1);
    assert.equal(mailbox.acked, [1, 1]);
  }),
);

test(
  'a mailbox that cannot be opened is reported, and tried until it can',
  within(5_000, async () => {
    const { clock, mailbox, partition, reports } = setup({ openFailures: 3 });
    mailbox.publish(`${ITEM}.open`, OPENING);

    await clock.advance(LONG_MS);
    await partition.stop();

    assert.is(reports.length, 3);
    assert.equal(mailbox.acked, [1]);
  }),
);

test(
  'no more than 256 messages are in hand at the same time',
  within(5_000, async () => {
    const { send, sent } = signal();
    const { clock, mailbox, partition } = setup({ onPerform: () => sent });
    for (let n = 0; n < 300; n += 1) mailbox.publish(`item.shop.i${n}.open`, OPENING);

    await clock.advance(100);
    const inHand = mailbox.takenCount();
    send();
    await clock.advance(100);
    await partition.stop();

    assert.is(inHand, 256);
    assert.is(mailbox.acked.length, 300);
  }),
);

test(
  'a stop reads nothing more, and waits for the messages in hand',
  within(5_000, async () => {
    const { send, sent } = signal();
    const { clock, isServingAsks, mailbox, partition } = setup({ onPerform: () => sent });
    mailbox.publish(`${ITEM}.open`, OPENING);
    await clock.advance(100);

    let isStopped = false;
    const stopping = partition.stop().then(() => {
      isStopped = true;
    });
    mailbox.publish('item.shop.8.open', OPENING);
    await settled();
    const early = [isStopped, isServingAsks()];
    send();
    await stopping;
    await clock.advance(LONG_MS);

    assert.equal(early, [false, false]);
    assert.equal(mailbox.acked, [1]);
  }),
);

test.run();
