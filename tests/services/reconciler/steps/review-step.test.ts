// One look at reviews: which stages they decide, each of them once.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createReviewStep } from '../../../../services/reconciler/steps/review-step.ts';
import type { Review } from '../../../../transport/forge/forge.ts';
import type { StageInput } from '../../../support/machine-steps.ts';
import { within } from '../../../support/within.ts';
import {
  createOutsideStandIns,
  LATER_SHA,
  SHA,
  type StandInOptions,
} from '../outside-stand-ins.ts';

const LIMIT_MS = 10_000;
const ITEM = 'item.shop.gh-7';
const REVIEWED: StageInput = { name: 'review', kind: 'approval', approve: 'reviews' };

function review(change: Partial<Review> = {}): Review {
  return {
    ...{ id: '1', author: 'bob', isHuman: true, isCollaborator: true, state: 'approved' },
    ...{ sha: SHA, body: 'Good.', url: null, submittedAtMs: 1 },
    ...change,
  };
}

/** An item that waits for reviews of an open pull request. */
async function setup(stages: StageInput[] = [REVIEWED], options: StandInOptions = {}) {
  const outside = createOutsideStandIns({ stages, ...options });
  const { deps, onTrouble, project, send, forge } = outside;
  const step = createReviewStep({ ...deps, onTrouble });
  await send(ITEM, 'open', { title: 'a defect' });
  await send(ITEM, 'pull-request', { number: 3, state: 'open', headSha: SHA });
  const say = (...reviews: Review[]) => forge.setReviews({ reviews, threads: [] });
  return Object.assign(outside, { look: () => step.look(project), say });
}

test(
  'an approval of the commit decides the stage, once',
  within(LIMIT_MS, async () => {
    const { look, say, types, stateOf } = await setup();
    say(review());

    await look();
    await look();

    assert.equal([types(), await stateOf('gh-7')], [['approve'], 'done']);
  }),
);

test(
  'an approval of another commit, and one of a stranger, decide nothing',
  within(LIMIT_MS, async () => {
    const { look, say, types } = await setup();
    say(review({ sha: LATER_SHA }), review({ author: 'mallory', isCollaborator: false }));

    await look();

    assert.equal(types(), []);
  }),
);

test(
  'one review may decide two stages',
  within(LIMIT_MS, async () => {
    const { look, say, types, stateOf } = await setup([REVIEWED, { ...REVIEWED, name: 'again' }]);
    say(review());

    await look();
    await look();

    assert.equal([types(), await stateOf('gh-7')], [['approve', 'approve'], 'done']);
  }),
);

test(
  'an approval is none for a stage that has come meanwhile',
  within(LIMIT_MS, async () => {
    const ship: StageInput = { name: 'ship', kind: 'approval' };
    const { look, say, send, holdFeed, stateOf, views } = await setup([REVIEWED, ship]);
    say(review());
    holdFeed();
    await send(ITEM, 'approve', { by: 'alice' });

    await look();

    assert.is(await stateOf('gh-7'), 'awaitingApproval');
    assert.is((await views.item('shop', 'gh-7'))?.context.current?.stage, 'ship');
  }),
);

test(
  'a change request sends the item back, once for the same words',
  within(LIMIT_MS, async () => {
    const build: StageInput = { name: 'build', kind: 'external' };
    const stages = [build, { ...REVIEWED, onReject: 'build' }];
    const { look, say, pass, types, views } = await setup(stages);
    await pass('run.shop.gh-7.build.1');
    say(review({ state: 'changes_requested', body: 'Name it.' }));
    await look();
    const feedback = (await views.item('shop', 'gh-7'))?.context.feedback;
    await pass('run.shop.gh-7.build.2');

    await look();

    assert.equal(types(), ['reject']);
    assert.match(feedback ?? '', 'Name it.');
  }),
);

test(
  'reviews are not read where nobody waits for them, nor where they are off',
  within(LIMIT_MS, async () => {
    const { look, say, types } = await setup([REVIEWED], { actuators: { reviews: 'off' } });
    say(review());
    const waiting = await setup([{ name: 'ship', kind: 'approval' }]);
    waiting.say(review());

    await look();
    await waiting.look();

    assert.equal([types(), waiting.types()], [[], []]);
  }),
);

test.run();
