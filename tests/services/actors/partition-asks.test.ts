// The asks of one partition: answered after the commit and all that follows from it, and once for each id.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { externalPipeline } from '../../support/test-host.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { ITEM, RUN } from './actor-events.ts';
import { setup } from './partition-fixture.ts';

const NEXT_RUN = 'run.shop.7.ship.1';
const OPENING = {
  ...{ address: ITEM, type: 'open', id: 'opening' },
  data: { title: 'a defect', pipeline: externalPipeline('build', 'ship') },
};
const EXITED = { address: RUN, type: 'exited', id: 'exit', data: { code: 0 } };
const VERDICT = { kind: 'pass', cause: 'published' };
const CLAIM = {
  ...{ address: RUN, type: 'claim', id: 'claim' },
  data: { claimant: 'publisher', verdict: VERDICT },
};

test(
  'an ask is answered when everything that follows from it is done: after a claim the next run is open',
  within(5_000, async () => {
    let isSlow = false;
    const { ask, clock, partition, world } = setup({
      onPerform: ({ origin }) =>
        new Promise((done) => void clock.after(isSlow && origin.address === ITEM ? 50 : 0, done)),
    });
    const askAndWait = async (request: Parameters<typeof ask>[0]) => {
      const answered = ask(request);
      await clock.advance(1_000);
      return answered;
    };
    await askAndWait(OPENING);
    await askAndWait(EXITED);
    isSlow = true;

    let next: unknown = 'not answered';
    const claimed = ask(CLAIM).then(async (reply) => {
      next = (await world.stored(NEXT_RUN))?.record.event.type;
      return reply;
    });
    await clock.advance(1_000);
    const reply = await claimed;

    await partition.stop();
    assert.is(reply.outcome === 'applied' && reply.state, 'claimed');
    assert.is(next, 'open');
  }),
);

test(
  'an ask is not answered before its effects have been performed',
  within(5_000, async () => {
    let perform = () => {};
    const performing = new Promise<void>((resolve) => {
      perform = resolve;
    });
    const { ask, partition } = setup({ onPerform: () => performing });

    let isAnswered = false;
    const answered = ask(OPENING).then(() => {
      isAnswered = true;
    });
    await settled();
    const early = isAnswered;
    perform();
    await answered;
    await partition.stop();

    assert.not(early);
  }),
);

test(
  'an ask repeated under its id is answered with the first result, and applied once',
  within(5_000, async () => {
    const { ask, host, partition } = setup();
    await ask(OPENING);
    const first = await ask(EXITED);
    await ask(CLAIM);

    const again = await ask(EXITED);

    await partition.stop();
    assert.equal(again, { ...first, isRepeat: true, state: 'advanced' });
    assert.equal(
      host.performedNames().filter((name) => name === 'advance'),
      ['advance'],
    );
  }),
);

test(
  'a repeat that overtakes the first answer is answered with the same revision',
  within(5_000, async () => {
    const { ask, partition } = setup();
    await ask(OPENING);

    const [first, again] = await Promise.all([ask(EXITED), ask(EXITED)]);

    await partition.stop();
    assert.equal(again, { ...first, isRepeat: true });
  }),
);

test(
  'an ask that is refused at the door reaches no actor',
  within(5_000, async () => {
    const { ask, host, partition, refusals } = setup();

    const replies = [
      await ask({ ...EXITED, address: 'run.shop' }),
      await ask({ ...EXITED, id: '' }),
      await ask({ ...EXITED, id: `${RUN}:3:0` }),
    ];

    await partition.stop();
    const reasons = replies.map((reply) => reply.outcome === 'refused' && reply.reason);
    assert.equal(reasons, ['unknown-actor', 'schema', 'schema']);
    assert.equal(
      refusals.map(({ reason }) => reason),
      reasons,
    );
    assert.equal(host.outcomes, []);
  }),
);

test(
  'an ask that an actor refuses is answered with the reason and the state',
  within(5_000, async () => {
    const { ask, partition } = setup();
    await ask(OPENING);

    const reply = await ask(CLAIM);

    await partition.stop();
    const { outcome, state } = reply;
    assert.equal([outcome, state], ['refused', 'running.queued']);
    assert.is(reply.outcome === 'refused' && reply.reason, 'not-now');
  }),
);

test.run();
