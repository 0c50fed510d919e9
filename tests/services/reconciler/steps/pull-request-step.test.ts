// One look at pull requests: when one is opened, and what its item is told of it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPullRequestStep } from '../../../../services/reconciler/steps/pull-request-step.ts';
import { OncewardError } from '../../../../transport/errors.ts';
import { within } from '../../../support/within.ts';
import {
  createOutsideStandIns,
  LATER_SHA,
  SHA,
  type StandInOptions,
} from '../outside-stand-ins.ts';

const LIMIT_MS = 10_000;
const ORIGIN = { tracker: 'github', source: 'github:acme/shop', ref: '7' };
const ITEM = 'item.shop.gh-7';

/** An item of two stages that has pushed a commit in the first. */
async function setup(options: StandInOptions = {}) {
  const stages = [
    { name: 'build', kind: 'external' as const },
    { name: 'review', kind: 'approval' as const },
  ];
  const outside = createOutsideStandIns({ stages, ...options });
  const { deps, onTrouble, project, send } = outside;
  const step = createPullRequestStep({ ...deps, onTrouble });
  await send(ITEM, 'open', { title: 'a defect', body: 'It fails.', origin: ORIGIN });
  const push = () => outside.pass('run.shop.gh-7.build.1', SHA);
  const known = async () => (await outside.views.item('shop', 'gh-7'))?.context.pullRequest ?? null;
  return Object.assign(outside, { look: () => step.look(project), push, known });
}

test(
  'no pull request is opened for a branch that the forge does not see yet',
  within(LIMIT_MS, async () => {
    const { look, push, forge } = await setup();
    await push();
    forge.fallBehind(true);
    await look();
    const before = forge.drafts.length;
    forge.fallBehind(false);

    await look();

    assert.equal([before, forge.drafts.length], [0, 1]);
  }),
);

test(
  'a pull request is opened once there is something to show, and once only',
  within(LIMIT_MS, async () => {
    const { look, push, forge, known } = await setup();
    await look();
    const before = forge.drafts.length;
    await push();

    await look();
    await look();

    assert.equal([before, forge.drafts.length], [0, 1]);
    assert.equal([(await known())?.number, (await known())?.state], [1, 'open']);
    const [draft] = forge.drafts;
    assert.is(draft?.key, 'github:acme/shop#shop/gh-7:pull-request');
    assert.match(draft?.body ?? '', 'For #7.');
    assert.not.match(draft?.body ?? '', /\b(close|fix|resolve)[sd]? #7/i);
  }),
);

test(
  'one that somebody opened by hand is taken for its own',
  within(LIMIT_MS, async () => {
    const { look, push, forge, known } = await setup();
    await push();
    forge.put('gh-7', { number: 12 });

    await look();

    assert.equal([forge.drafts, (await known())?.number], [[], 12]);
  }),
);

test(
  'an item is told of what has become of it, with who merged it, and once',
  within(LIMIT_MS, async () => {
    const { look, push, forge, known, types } = await setup();
    await push();
    await look();
    const mergeSha = 'e'.repeat(40);
    forge.put('gh-7', { state: 'merged', mergedBy: 'bob', mergeSha, updatedAtMs: 5 });

    await look();
    await look();

    assert.equal(types(), ['pull-request', 'pull-request']);
    assert.equal([(await known())?.state, (await known())?.by], ['merged', 'github:bob']);
    assert.is((await known())?.mergeSha, mergeSha);
  }),
);

test(
  'one that is opened again, and closed again on the same commit, is told each time',
  within(LIMIT_MS, async () => {
    const { look, push, forge, known } = await setup();
    await push();
    await look();
    forge.put('gh-7', { state: 'closed', updatedAtMs: 5 });
    await look();
    forge.put('gh-7', { state: 'open', updatedAtMs: 6 });
    await look();
    const reopened = (await known())?.state;
    forge.put('gh-7', { state: 'closed', updatedAtMs: 7 });

    await look();

    assert.equal([reopened, (await known())?.state], ['open', 'closed']);
  }),
);

test(
  'what a forge says of a merged one after the merge is not told at every look',
  within(LIMIT_MS, async () => {
    const { look, push, forge, types } = await setup();
    await push();
    await look();
    forge.put('gh-7', { state: 'merged', updatedAtMs: 5 });
    await look();
    forge.put('gh-7', { headSha: LATER_SHA, updatedAtMs: 6 });

    await look();

    assert.equal(types(), ['pull-request', 'pull-request']);
  }),
);

test(
  'one that has fallen out of the list is still asked for',
  within(LIMIT_MS, async () => {
    const { look, push, forge, known } = await setup();
    await push();
    await look();
    forge.put('gh-7', { state: 'merged', updatedAtMs: 5 });
    forge.hideFromList(true);

    await look();

    assert.is((await known())?.state, 'merged');
  }),
);

test(
  'one that was closed is replaced on a person’s word alone, under a key of its own',
  within(LIMIT_MS, async () => {
    const { look, push, forge, send, stateOf } = await setup();
    await push();
    await look();
    forge.put('gh-7', { state: 'closed', updatedAtMs: 5 });
    await look();
    await look();
    const [parked, drafts] = [await stateOf('gh-7'), forge.drafts.length];
    await send(ITEM, 'retry');

    await look();

    assert.equal([parked, drafts, forge.drafts.length], ['parked', 1, 2]);
    assert.is(forge.drafts[1]?.key, 'github:acme/shop#shop/gh-7:pull-request:after-1');
  }),
);

test(
  'one that cannot be opened leaves the others alone, and does not fail the look',
  within(LIMIT_MS, async () => {
    const { look, push, forge, troubles } = await setup();
    await push();
    forge.fail('putPullRequest', new OncewardError('OUTSIDE_REFUSED', 'nothing to compare'));

    await look();

    assert.equal(troubles, ['pull request of gh-7']);
  }),
);

test(
  'in shadow none is opened, and what is there is told all the same',
  within(LIMIT_MS, async () => {
    const { look, push, forge, types } = await setup({ actuators: { pullRequests: 'shadow' } });
    await push();
    await look();
    const before = [forge.drafts.length, types().length];
    forge.put('gh-7', { number: 4 });

    await look();

    assert.equal([before, types()], [[0, 0], ['pull-request']]);
  }),
);

test.run();
