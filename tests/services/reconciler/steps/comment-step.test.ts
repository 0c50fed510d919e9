// One look at what people say: whose word is heard, once and in its order, and what is answered.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCommentStep } from '../../../../services/reconciler/steps/comment-step.ts';
import { OncewardError } from '../../../../transport/errors.ts';
import { within } from '../../../support/within.ts';
import {
  createOutsideStandIns,
  SAID_AT_MS,
  SHA,
  type StandInOptions,
} from '../outside-stand-ins.ts';

const LIMIT_MS = 10_000;
const ORIGIN = { tracker: 'github', source: 'github:acme/shop', ref: '7' };
const OPENING = { title: 'a defect', origin: ORIGIN };

async function setup(options: StandInOptions = {}) {
  const outside = createOutsideStandIns({ stages: [{ kind: 'approval' }], ...options });
  const { deps, onTrouble, project, send, tracker } = outside;
  tracker.put('7');
  await send('item.shop.gh-7', 'open', OPENING);
  const step = createCommentStep({ ...deps, onTrouble });
  const say = (body: string, more: object = {}) =>
    tracker.say({ ref: '7', createdAtMs: SAID_AT_MS, body, ...more });
  const look = (other = project) => step.look(other);
  const stateOf = () => outside.stateOf('gh-7');
  return Object.assign(outside, { step, say, look, state: stateOf });
}

test(
  'a command is obeyed once, however often its comment is read',
  within(LIMIT_MS, async () => {
    const { say, look, state, types, tracker } = await setup();
    say('/onceward approve Good.');

    await look();
    await look();

    assert.equal([types(), await state()], [['heard'], 'done']);
    assert.is(tracker.posted.size, 0);
  }),
);

test(
  'strangers, our own comments and what was said before the item began are not obeyed',
  within(LIMIT_MS, async () => {
    const { say, look, types, lines } = await setup();
    say('/onceward approve', { author: 'mallory', isAuthorised: false });
    say('/onceward approve', { isOwn: true });
    say('/onceward approve', { createdAtMs: SAID_AT_MS - 120_000, updatedAtMs: SAID_AT_MS });

    await look();
    await look();

    assert.equal(types(), []);
    assert.is(lines.filter((line) => line.includes('mallory')).length, 1);
  }),
);

test(
  'a stranger on the pull request of an item is a stranger, and a commander is heard there',
  within(LIMIT_MS, async () => {
    const { say, look, types, send } = await setup();
    await send('item.shop.gh-7', 'pull-request', { number: 3, state: 'open', headSha: SHA });
    const there = { ref: '3', isOnPullRequest: true };
    say('/onceward approve', { ...there, isAuthorised: false });

    await look();
    const before = types();
    say('/onceward approve', there);
    await look();

    assert.equal([before, types()], [[], ['heard']]);
  }),
);

test(
  'where issues and pull requests are of two repositories, a number of the one is none of the other',
  within(LIMIT_MS, async () => {
    const { say, look, types, send, project } = await setup();
    await send('item.shop.gh-7', 'pull-request', { number: 3, state: 'open', headSha: SHA });
    say('/onceward approve', { ref: '3', isOnPullRequest: true });

    await look({ ...project, forgeName: 'github:acme/code' });

    assert.equal(types(), []);
  }),
);

test(
  'an item of another repository does not listen to the issue with its number',
  within(LIMIT_MS, async () => {
    const { say, look, types, project } = await setup();
    say('/onceward cancel');

    await look({ ...project, trackerName: 'github:acme/other' });

    assert.equal(types(), []);
  }),
);

test(
  'commands of one second are heard in the order of their numbers',
  within(LIMIT_MS, async () => {
    const { say, look, asked } = await setup();
    say('/onceward pause', { id: '1000' });
    say('/onceward resume', { id: '999' });

    await look();

    const verbs = asked.map(({ data }) => (data as { verb: string }).verb);
    assert.equal(verbs, ['resume', 'pause']);
  }),
);

test(
  'a comment that was obeyed is not obeyed again when it is edited',
  within(LIMIT_MS, async () => {
    const { say, look, types, asked, state } = await setup();
    say('/onceward pause', { id: '5' });
    await look();
    say('/onceward cancel', { id: '5', updatedAtMs: SAID_AT_MS + 90_000 });
    await look();

    assert.is(await state(), 'awaitingApproval');
    assert.is(types().length, 1, JSON.stringify(asked));
  }),
);

test(
  'a word that could not be understood is answered once, and heard once it was corrected',
  within(LIMIT_MS, async () => {
    const { say, look, state, tracker } = await setup();
    say('/onceward aprove', { id: '5' });
    await look();
    const answers = [...tracker.posted.values()];
    say('/onceward approve', { id: '6', updatedAtMs: SAID_AT_MS + 90_000 });
    await look();

    assert.is(answers.length, 1);
    assert.match(answers[0] ?? '', 'Did you mean `approve`');
    assert.is(await state(), 'done');
  }),
);

test(
  'a command that changes nothing is answered with what the item would take',
  within(LIMIT_MS, async () => {
    const { say, look, tracker } = await setup();
    say('/onceward retry');

    await look();

    const [answer] = [...tracker.posted.values()];
    assert.match(answer ?? '', '`/onceward retry` changed nothing: the item is `awaitingApproval`');
    assert.match(answer ?? '', '`/onceward approve`');
  }),
);

test(
  'a comment that cannot be heard keeps back what was said later of its item, and nothing else',
  within(LIMIT_MS, async () => {
    const { say, look, state, stateOf, send, tracker, troubles } = await setup();
    tracker.put('8');
    await send('item.shop.gh-8', 'open', { title: 'x', origin: { ...ORIGIN, ref: '8' } });
    tracker.fail('putComment', new OncewardError('OUTSIDE_UNAVAILABLE', '502'), '7');
    say('/onceward aprove');
    say('/onceward approve', { createdAtMs: SAID_AT_MS + 1_000 });
    say('/onceward approve', { ref: '8', createdAtMs: SAID_AT_MS + 600_000 });
    await look();
    const before = [await state(), await stateOf('gh-8')];

    tracker.fail('putComment', null, '7');
    await look();

    assert.equal(before, ['awaitingApproval', 'done']);
    assert.equal([troubles, await state()], [['comment 100'], 'done']);
  }),
);

test(
  'a conversation that may not be answered is listened to all the same',
  within(LIMIT_MS, async () => {
    const { say, look, state, tracker, troubles } = await setup();
    tracker.fail('putComment', new OncewardError('OUTSIDE_REFUSED', 'locked'));
    say('/onceward aprove');
    say('/onceward approve', { createdAtMs: SAID_AT_MS + 1_000 });

    await look();

    assert.equal([await state(), troubles], ['done', []]);
  }),
);

test(
  'comments are read on from the newest one that was seen, by the clock of the tracker',
  within(LIMIT_MS, async () => {
    const { say, look, clock, tracker, types } = await setup();
    say('hello');
    await look();
    // Our clock is hours ahead of what was said.
    await clock.advance(7_200_000);
    await look();
    say('/onceward approve', { createdAtMs: SAID_AT_MS + 30_000 });
    await look();

    const since = tracker.calls.filter((call) => call.startsWith('comments'));
    assert.is(since.at(-1), `comments ${SAID_AT_MS - 60_000}`);
    assert.equal(types(), ['heard']);
  }),
);

test(
  'more comments than one answer holds are read on in the next look',
  within(LIMIT_MS, async () => {
    const { say, look, types } = await setup();
    Array.from({ length: 1_000 }, (_, index) =>
      say('hello', { createdAtMs: SAID_AT_MS + index * 1_000 }),
    );
    say('/onceward approve', { createdAtMs: SAID_AT_MS + 1_000_000 });

    await look();
    const first = types();
    await look();

    assert.equal([first, types()], [[], ['heard']]);
  }),
);

test(
  'nobody is listened to without items or commands, and in shadow nobody is obeyed or answered',
  within(LIMIT_MS, async () => {
    const { say, look, project, types, tracker, send } = await setup();
    say('/onceward approve');
    say('/onceward aprove');
    await look({ ...project, actuators: { ...project.actuators, commands: 'shadow' } });
    const before = tracker.calls.length;

    await look({ ...project, actuators: { ...project.actuators, commands: 'off' } });
    await send('item.shop.gh-7', 'cancel');
    await look();

    assert.equal([types(), tracker.posted.size], [[], 0]);
    assert.is(tracker.calls.length, before);
  }),
);

test.run();
