// What becomes of an item in a merge queue when the forge says that its pull request was merged: by a person, or by
// the landing itself, of which the queue may speak later. It must never go on twice, nor further than it was merged.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  advance,
  ask,
  openItem,
  type StageInput,
  type Step,
  statesAfter,
  type TestActor,
  verdictOf,
} from '../../support/machine-steps.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const LAND: StageInput = { name: 'land', kind: 'merge', onFail: 'build' };
const SHIP: StageInput = { name: 'ship', kind: 'approval' };
const RELEASE: StageInput = { name: 'release', kind: 'command' };

const seen = (state: string, headSha = A): Step =>
  ask('pull-request', { number: 7, state, headSha, by: 'ada' });
const landed = (attempt = 1, cause = 'landed') =>
  advance('land', attempt, verdictOf('pass', { cause, headSha: A, isLanded: true }));

/** It has pushed a commit, and waits in the queue. */
function inQueue(...behind: StageInput[]): TestActor {
  const item = openItem([{}, LAND, ...behind]);
  statesAfter(item, advance('build', 1, verdictOf('pass', { headSha: A })), seen('open'));
  return item;
}

/** Whom its last event has told what, and of claims what for. */
function told(item: TestActor): string[] {
  return item.effects().flatMap((effect) => {
    if (effect.type !== 'tell') return [];
    const { verdict } = effect.data as { verdict?: { cause: string } };
    return [[effect.to, effect.event, ...(verdict ? [verdict.cause] : [])].join(' ')];
  });
}

const runs = (item: TestActor) => item.item().runs.map(({ stage, attempt }) => stage + attempt);

test('what somebody merges while it waits has landed: its run is claimed for that', () => {
  const item = inQueue();

  assert.equal(statesAfter(item, seen('merged')), ['active.working']);
  assert.equal(told(item), ['run.shop.7.land.1 claim merged']);
});

test('it is done with that, and leaves the queue', () => {
  const item = inQueue();

  assert.equal(statesAfter(item, seen('merged'), landed(1, 'merged')), ['active.working', 'done']);
  assert.equal(told(item), ['run.shop.7.land.1 advance-confirmed', 'merge.shop.main withdraw']);
});

test('a merge that is heard of before the queue has spoken, and one after it, lead to the same runs', () => {
  const [early, late] = [inQueue(RELEASE), inQueue(RELEASE)];

  statesAfter(early, seen('merged'), landed(), landed());
  statesAfter(late, landed(), seen('merged'), landed());

  assert.equal([runs(early), runs(late)], Array(2).fill(['build1', 'land1']));
  assert.equal(
    [early, late].map((item) => item.item().current?.stage),
    ['release', 'release'],
  );
});

test('a merge of an older commit lands nothing: it keeps its place', () => {
  const item = openItem([{}, LAND]);
  statesAfter(item, advance('build', 1, verdictOf('pass', { headSha: B })));
  statesAfter(item, advance('land', 1, verdictOf('product_fail', { cause: 'merge-red' })));
  statesAfter(item, advance('build', 2, verdictOf('pass', { headSha: A })), seen('open'));

  assert.equal(statesAfter(item, seen('merged', B)), ['active.working']);
  assert.equal([told(item), item.item().isLanded], [[], false]);
});

test('what a person is asked behind the queue is not answered by the merge', () => {
  const [early, late] = [inQueue(SHIP), inQueue(SHIP)];

  const statesOfEarly = statesAfter(early, seen('merged'), landed());
  const toldEarly = told(early);
  const statesOfLate = statesAfter(late, landed(), seen('merged'));

  assert.equal(statesOfEarly, ['active.working', 'awaitingApproval']);
  assert.not.ok(toldEarly.some((line) => line.includes('claim')));
  assert.equal([statesOfLate, told(late)], [['awaitingApproval', 'awaitingApproval'], []]);
});

test('what is closed while it waits is ended, then parked', () => {
  const item = inQueue();

  assert.equal(statesAfter(item, seen('closed')), ['active.working']);
  assert.equal(told(item), ['run.shop.7.land.1 cancel']);
});

test.run();
