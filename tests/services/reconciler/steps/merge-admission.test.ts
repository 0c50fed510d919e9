// Which items a merge queue may try: by their pull request and their checks.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { LATER_SHA, SHA } from '../outside-stand-ins.ts';
import { check, QUEUE, review, setup } from './merge-queue-fixture.ts';

const LIMIT_MS = 10_000;

test(
  'an item with an open pull request and green checks is let in, once',
  within(LIMIT_MS, async () => {
    const { arrive, look, forge, queue, types, entry } = setup();
    await arrive();
    forge.setChecks([check('success')]);
    const before = [queue().state, entry()?.isAdmitted];

    await look();
    await look();

    assert.equal(before, ['idle', false]);
    assert.equal([types(), queue().state, entry()?.isAdmitted], [['admission'], 'preparing', true]);
  }),
);

test(
  'where the forge has no pull requests, everything is let in at once',
  within(LIMIT_MS, async () => {
    const { arrive, step, project, forge, queue } = setup();
    await arrive();
    const plain = { ...forge, kind: 'git' as const, hasPullRequests: false };

    await step.look({ ...project, forge: plain });

    assert.is(queue().state, 'preparing');
    assert.equal(forge.checked, []);
  }),
);

test(
  'what is pending is waited for in words that are told once, and looked at again soon',
  within(LIMIT_MS, async () => {
    const { arrive, look, forge, step, project, entry, types } = setup();
    await arrive();
    forge.setChecks([check(null)]);

    const againInMs = await look();
    step.wake(project);
    await look();

    assert.ok(againInMs !== null && againInMs >= 1_000 && againInMs <= 60_000);
    assert.equal([types(), entry()?.isAdmitted], [['admission'], false]);
    assert.match(entry()?.waitsFor ?? '', 'pending: build');
  }),
);

test(
  'a missing pull request is waited for; one that somebody else has pushed to sends the item back',
  within(LIMIT_MS, async () => {
    const { send, pass, look, tellItem, entry, feedbackOf, forge, step, project } = setup();
    await send('item.shop.gh-7', 'open', { title: 'a defect' });
    await pass('run.shop.gh-7.build.1', SHA);
    forge.setChecks([check('success')]);
    await look();
    const missing = entry()?.waitsFor;
    await tellItem('gh-7', 'open', LATER_SHA);
    step.wake(project);
    await look();

    assert.is(missing, 'it has no pull request yet');
    assert.is(entry(), undefined, 'somebody else has pushed to it');
    assert.match(await feedbackOf(), `is at ${LATER_SHA.slice(0, 12)}`);
    assert.equal(forge.checked, []);
  }),
);

test(
  'failed checks of its own send it back with what they say',
  within(LIMIT_MS, async () => {
    const { arrive, look, forge, entry, feedbackOf, stateOf, views } = setup();
    await arrive();
    forge.setChecks([check('failure', { summary: 'expected 3, got 4' })]);

    await look();

    assert.is(entry(), undefined);
    assert.match(await feedbackOf(), 'expected 3, got 4');
    assert.is(await stateOf('gh-7'), 'active.working');
    assert.equal((await views.item('shop', 'gh-7'))?.context.current, {
      stage: 'build',
      attempt: 2,
    });
  }),
);

test(
  'faults of the infrastructure blame nobody: they are waited for',
  within(LIMIT_MS, async () => {
    const { arrive, look, forge, entry } = setup();
    await arrive();
    forge.setChecks([check('startup_failure')]);

    await look();

    assert.match(entry()?.waitsFor ?? '', 'ci-infrastructure');
  }),
);

test(
  'no check at all is none only after the dwell, and then lets it in',
  within(LIMIT_MS, async () => {
    const { arrive, look, clock, queue } = setup({ checks: undefined });
    await arrive();

    await look();
    await clock.advance(60_000);
    await look();
    const early = queue().state;
    await clock.advance(60_000);
    await look();

    assert.equal([early, queue().state], ['idle', 'preparing']);
  }),
);

test(
  'whoever asks for changes of what is being tested ends its trial; of what is being landed, nothing',
  within(LIMIT_MS, async () => {
    const first = setup({ checks: undefined });
    const second = setup({ checks: undefined });
    const ended: (string | undefined)[] = [];
    for (const one of [first, second]) {
      await one.arrive();
      await one.look();
      await one.clock.advance(120_000);
      await one.look();
      await one.prepare();
      if (one === second) await one.validate();
      one.say(review({ state: 'changes_requested', body: 'Wait.' }));
      one.step.wake(one.project);
      await one.look();
      ended.push(one.queue().state, one.entry()?.item);
    }
    const refusals = [first, second].map(
      ({ asked }) => asked.filter(({ data }) => data['outcome'] === 'refused').length,
    );

    assert.equal(ended, ['idle', undefined, 'merging', 'gh-7']);
    assert.equal(refusals, [1, 0]);
  }),
);

test(
  'in shadow nobody is let in, and what would be done is said; off, nothing is read',
  within(LIMIT_MS, async () => {
    const shadow = setup({}, { actuators: { queue: 'shadow' } });
    const off = setup({}, { actuators: { queue: 'off' } });
    for (const one of [shadow, off]) {
      await one.arrive();
      one.forge.setChecks([check('success')]);
      await one.look();
    }

    assert.equal([shadow.types(), off.types(), off.forge.checked], [[], [], []]);
    assert.match(shadow.lines.join('\n'), `admitted in ${QUEUE}: item gh-7`);
  }),
);

test(
  'one that cannot be read leaves the others alone',
  within(LIMIT_MS, async () => {
    const { arrive, look, forge, entry, troubles } = setup();
    await arrive('gh-7');
    await arrive('gh-8', LATER_SHA);
    forge.setChecks([check('success')]);
    const reviews = forge.reviews.bind(forge);
    let calls = 0;
    forge.reviews = async (number) => {
      calls += 1;
      if (calls === 1) throw new Error('no answer');
      return reviews(number);
    };

    await look();

    assert.equal(troubles, ['admission of gh-7']);
    assert.equal([entry('gh-7')?.isAdmitted, entry('gh-8')?.isAdmitted], [false, true]);
  }),
);

test.run();
