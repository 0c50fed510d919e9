// Reviews that send an item back: none does so twice, and not for ever.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  advance,
  ask,
  openItem,
  type Step,
  statesAfter,
  type TestActor,
  verdictOf,
} from '../../support/machine-steps.ts';

const rejected = verdictOf('product_fail', { cause: 'rejected', summary: 'name it properly' });
const build = (attempt: number) => advance('build', attempt);
const sentBack = (attempt: number) => advance('review', attempt, rejected);
const reject = (...reviews: string[]) => ask('reject', { by: 'ada', reviews });

/** An item that waits for its reviewers, who may send it back so often. */
function inReview(rounds: number, more: { onReject?: string } = { onReject: 'build' }): TestActor {
  const review = { name: 'review', kind: 'approval', approve: 'reviews', reviews: { rounds } };
  const item = openItem([{}, { ...review, ...more } as never]);
  item.send(build(1));
  return item;
}

function rounds(count: number): Step[] {
  return Array.from({ length: count }, (_, n) => [sentBack(n + 1), build(n + 2)]).flat();
}

test('a review sends the item back to the work, with what was said', () => {
  const item = inReview(2);

  assert.equal(statesAfter(item, sentBack(1)), ['active.working']);
  assert.equal(item.item().current, { stage: 'build', attempt: 2 });
  assert.match(item.item().feedback, /name it properly/);
});

test('as many rounds as are allowed are taken, and the next one parks the item', () => {
  const item = inReview(2);
  statesAfter(item, ...rounds(2));
  const before = item.state();

  item.send(sentBack(3));

  assert.equal([before, item.state()], ['awaitingApproval', 'parked']);
  assert.is(item.item().parking?.reason, 'review-rounds');
  assert.match(
    item.item().parking?.message ?? '',
    /sent back 3 times by stage review, of 2 allowed/,
  );
});

test('whoever releases it lets the work go on with what the last review asked for, once', () => {
  const item = inReview(1);
  statesAfter(item, ...rounds(1), sentBack(2));

  const states = statesAfter(item, ask('retry'), build(3), sentBack(3));

  assert.equal(states, ['active.working', 'awaitingApproval', 'parked']);
  assert.match(item.item().feedback, /name it properly/);
});

test('what was asked for is not forgotten while it is parked', () => {
  const item = inReview(1);
  statesAfter(item, ...rounds(1), sentBack(2), ask('retry'));

  const [opened] = item.effects();

  assert.equal(item.item().current, { stage: 'build', attempt: 3 });
  assert.match(JSON.stringify(opened), /name it properly/);
});

test('a review that nobody may answer ends the item, whatever the rounds', () => {
  assert.equal(statesAfter(inReview(1, {}), sentBack(1)), ['failed']);
});

test('a person who decides by hand is not counted', () => {
  const item = openItem([{}, { name: 'review', kind: 'approval', onReject: 'build' }]);
  item.send(build(1));

  statesAfter(item, ...rounds(7));

  assert.is(item.state(), 'awaitingApproval');
});

test('reviews that sent it back are remembered, each once', () => {
  const item = inReview(5);

  statesAfter(item, reject('r1', 't2'), sentBack(1), build(2), reject('t2', 'r3'));

  assert.equal(item.item().reviewed, ['r1', 't2', 'r3']);
});

test('a rejection that was refused remembers nothing', () => {
  const item = openItem([{}]);

  item.send(reject('r1'));

  assert.equal(item.item().reviewed, []);
});

test('the oldest reviews are forgotten first', () => {
  const item = inReview(5);
  const batch = (of: string) => Array.from({ length: 64 }, (_, n) => `${of}${n}`);

  statesAfter(item, ...['a', 'b', 'c', 'd', 'e'].map((of) => reject(...batch(of))));

  assert.is(item.item().reviewed.length, 256);
  assert.equal(item.item().reviewed.slice(0, 1), ['b0']);
});

test.run();
