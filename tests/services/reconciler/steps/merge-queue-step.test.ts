// What hosts find out for a merge queue under way: the checks of its candidate, and where its red base is.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MergeRules } from '../../../../machines/merge/rules.ts';
import { within } from '../../../support/within.ts';
import type { StandInOptions } from '../outside-stand-ins.ts';
import { BASE_SHA, CANDIDATE_SHA, check, QUEUE, setup } from './merge-queue-fixture.ts';

const LIMIT_MS = 10_000;
const MOVED_SHA = 'b'.repeat(40);
const RERUN = { kind: 'workflow-run', id: '5', attempt: 1 } as const;

/** A candidate that waits for its checks; its members need nothing of the forge. */
async function candidate(rules: Partial<MergeRules> = {}, options: StandInOptions = {}) {
  const one = setup({ admission: 'none', ...rules }, options);
  await one.arrive();
  await one.prepare();
  /** As often as it takes until nothing is asked for soon. */
  const lookTwice = async () => {
    const againInMs = await one.look();
    await one.clock.advance(againInMs ?? 0);
    return one.look();
  };
  return Object.assign(one, { lookTwice });
}

test(
  'checks of the candidate that have passed are on record, and judged, beside its gates',
  within(LIMIT_MS, async () => {
    const { lookTwice, forge, queue, types, validate } = await candidate();
    forge.setChecks([check('success')]);

    await lookTwice();
    const before = [queue().state, queue().context.trial?.checks];
    await validate();

    assert.equal(types(), ['checks-seen', 'checks-judged']);
    assert.equal(before, ['validating', 'passed']);
    assert.equal([queue().state, forge.checked[0]], ['merging', CANDIDATE_SHA]);
  }),
);

test(
  'gates first: while only the checks are waited for, they alone decide',
  within(LIMIT_MS, async () => {
    const { lookTwice, look, forge, queue, validate, step, project } = await candidate();
    forge.setChecks([check(null)]);
    await look();
    await validate();
    const waiting = [queue().state, queue().context.holder];
    forge.setChecks([check('success')]);
    step.wake(project);
    await lookTwice();

    assert.equal([waiting, queue().state], [['validating', null], 'merging']);
  }),
);

test(
  'failed checks make the trial red, with what they say',
  within(LIMIT_MS, async () => {
    const { lookTwice, forge, queue } = await candidate();
    forge.setChecks([check('failure', { summary: 'expected 3, got 4' })]);

    await lookTwice();

    assert.is(queue().context.ended[0]?.outcome, 'red');
    assert.match(queue().context.redSummary, 'expected 3, got 4');
  }),
);

test(
  'what the infrastructure did is run again while re-runs are on, and is judged at once where they are not',
  within(LIMIT_MS, async () => {
    const rerun = { rerun: RERUN };
    const on = await candidate();
    const off = await candidate({}, { actuators: { reruns: 'off' } });
    const asked: string[] = [];
    for (const one of [on, off]) {
      one.forge.setChecks([check('startup_failure', rerun)]);
      one.forge.rerun = async ({ id }) => void asked.push(id);
      await one.lookTwice();
    }

    assert.equal([asked, on.queue().context.trial?.seen?.reruns], [['5'], 1]);
    assert.is(off.queue().context.ended[0]?.outcome, 'infrastructure');
  }),
);

test(
  'what the infrastructure did ends the trial, and blames nobody',
  within(LIMIT_MS, async () => {
    const { lookTwice, forge, queue } = await candidate({}, { actuators: { reruns: 'off' } });
    forge.setChecks([check('startup_failure')]);
    await lookTwice();

    const { ended, entries } = queue().context;
    assert.equal([queue().state, ended[0]?.outcome], ['idle', 'infrastructure']);
    assert.equal(
      entries.map(({ reds }) => reds),
      [0],
    );
  }),
);

test(
  'two hosts that see the same say the same: the second report is a repeat',
  within(LIMIT_MS, async () => {
    const { look, forge, asked, holdFeed, step, project } = await candidate();
    forge.setChecks([check(null)]);
    holdFeed();

    await look();
    step.wake(project);
    await look();

    assert.equal(asked.length, 2);
    assert.is(asked[0]?.id, asked[1]?.id);
  }),
);

test(
  'nothing is asked of the forge without checks to wait for, nor where the queue is off',
  within(LIMIT_MS, async () => {
    const none = await candidate({ checks: undefined });
    const off = await candidate({}, { actuators: { queue: 'off' } });

    assert.equal([await none.look(), await off.look()], [null, null]);
    assert.equal([none.forge.checked, off.forge.checked], [[], []]);
  }),
);

test(
  'an id fits whatever the branch is called',
  within(LIMIT_MS, async () => {
    const { queueName } = await import('../../../../services/reconciler/merges/queue-reports.ts');
    const long = `merge.${'p'.repeat(64)}.${'=2F'.repeat(64)}`;

    assert.is(queueName(QUEUE), QUEUE);
    assert.ok(queueName(long).length <= 140);
    assert.is.not(queueName(long), queueName(`${long.slice(0, -1)}E`));
  }),
);

/** Nothing is blamed but the base: an item was red twice, and the base alone as well. */
async function redBase() {
  const one = setup({ admission: 'none', checks: undefined }, { actuators: { queue: 'off' } });
  await one.arrive();
  for (let trial = 0; trial < 2; trial += 1) {
    await one.prepare();
    await one.validate('product_fail', 'exit-code');
  }
  await one.prepare();
  await one.validate('product_fail', 'exit-code');
  return one;
}

test(
  'a red base that has moved is told to its queue, whatever the actuator says; one that has not, is not',
  within(LIMIT_MS, async () => {
    const { look, forge, queue, types } = await redBase();
    const frozen = [queue().state, queue().context.freeze?.baseSha];
    forge.branchHead = async () => BASE_SHA;
    await look();
    const unmoved = types();
    forge.branchHead = async () => null;
    await look();
    forge.branchHead = async () => MOVED_SHA;
    await look();

    assert.equal(frozen, ['frozen', BASE_SHA]);
    assert.equal([unmoved, types(), queue().state], [[], ['base-seen'], 'preparing']);
  }),
);

test.run();
