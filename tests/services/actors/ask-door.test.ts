// The ask door of one partition: an audit that is away keeps nobody inside, and a door that closes waits for
// everybody inside, whichever way they came.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejects } from '../../support/rejects.ts';
import { externalPipeline } from '../../support/test-host.ts';
import { hasSettled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { ITEM } from './actor-events.ts';
import { setup } from './partition-fixture.ts';

const OPENING = {
  ...{ address: ITEM, type: 'open', id: 'opening' },
  data: { title: 'a defect', pipeline: externalPipeline('build') },
};

test(
  'what is refused at the door is answered although its audit is never stored',
  within(5_000, async () => {
    const { ask, holdAudit, partition, refusals } = setup();
    holdAudit();

    const reply = await ask({ ...OPENING, id: '' });

    await partition.stop();
    assert.is(reply.outcome === 'refused' && reply.reason, 'schema');
    assert.equal(
      refusals.map(({ event, reason }) => [event.address, reason]),
      [[ITEM, 'schema']],
    );
  }),
);

test(
  'a stop waits for what was asked within the process',
  within(5_000, async () => {
    let perform = () => {};
    const performing = new Promise<void>((resolve) => {
      perform = resolve;
    });
    const { partition } = setup({ onPerform: () => performing });
    const asked = partition.answer(OPENING);

    const stopping = partition.stop();
    const early = await hasSettled(stopping);
    perform();
    const reply = await asked;
    await stopping;

    assert.not(early);
    assert.is(reply.outcome, 'applied');
  }),
);

test(
  'once a partition is stopped, what is asked within the process is turned away and reaches no actor',
  within(5_000, async () => {
    const { host, partition } = setup();

    const stopping = partition.stop();
    const whileStopping = partition.answer(OPENING);
    await rejects(whileStopping, 'BROKER_UNAVAILABLE');
    await stopping;

    await rejects(partition.answer(OPENING), 'BROKER_UNAVAILABLE');
    assert.equal(host.outcomes, []);
  }),
);

test.run();
