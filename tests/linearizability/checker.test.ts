// Histories whose verdict anyone can check by hand.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { violations } from './checker.ts';
import { lost, read, unknown, won } from './history.ts';
import type { Operation } from './operation.ts';

function isAccepted(...history: Operation[]): boolean {
  return violations(history).length === 0;
}

test('an empty history is linearizable', () => {
  assert.equal(violations([]), []);
});

test('one winner for a revision, and losers beside it, are linearizable', () => {
  assert.ok(isAccepted(won([0, 9], 0, 4), lost([1, 5], 0), lost([2, 20], 0), read([21, 22], 4)));
});

test('a chain of winners, each expecting the one before, is linearizable in any order of answers', () => {
  assert.ok(isAccepted(won([0, 30], 5, 6), won([0, 20], 4, 5), won([0, 10], 0, 4)));
});

test('a winner may have taken effect before its answer came', () => {
  assert.ok(isAccepted(won([0, 100], 0, 4), read([10, 20], 4), lost([30, 40], 0)));
});

test('two winners on one revision are found', () => {
  assert.not.ok(isAccepted(won([0, 9], 0, 4), won([1, 8], 0, 5)));
});

test('two winners on one revision are found even when one of them was overwritten at once', () => {
  assert.not.ok(
    isAccepted(won([0, 9], 0, 4), won([10, 19], 4, 5), won([10, 19], 4, 6), read([20, 21], 6)),
  );
});

test('a lost update is found: a write was answered as won, and nobody can read it', () => {
  assert.not.ok(isAccepted(won([0, 9], 0, 4), won([10, 19], 4, 5), read([20, 21], 4)));
});

test('a stale reading after a completed write is found', () => {
  assert.not.ok(isAccepted(won([0, 9], 0, 4), read([10, 11], 0)));
});

test('a stale reading beside a write is not stale', () => {
  assert.ok(isAccepted(won([0, 9], 0, 4), read([8, 11], 0)));
});

test('two readings that see two writes in opposite orders are found', () => {
  const writes = [won([0, 100], 0, 4), won([0, 100], 4, 5)];

  assert.ok(isAccepted(...writes, read([10, 20], 4), read([30, 40], 5)));
  assert.not.ok(isAccepted(...writes, read([10, 20], 5), read([30, 40], 4)));
});

test('a reading of what nobody wrote is found', () => {
  assert.not.ok(isAccepted(won([0, 9], 0, 4), read([10, 11], 4, 'invented')));
});

test('a value that is read under another revision than it was won with is found', () => {
  assert.not.ok(isAccepted(won([0, 9], 0, 4, 'a'), read([10, 11], 5, 'a')));
});

test('a loser against a revision that nobody had replaced is found', () => {
  assert.not.ok(isAccepted(won([0, 9], 0, 4), lost([10, 19], 4), read([20, 21], 4)));
});

test('a loser may come before its winner only where that is allowed, and never without one', () => {
  const early = [won([0, 50], 0, 4), lost([1, 5], 0), read([10, 20], 0), read([60, 61], 4)];
  const groundless = [lost([1, 5], 0), read([10, 20], 0), won([30, 50], 0, 4)];

  assert.is(violations(early).length, 1);
  assert.is(violations(early, { mayLoseEarly: true }).length, 0);
  assert.is(violations(groundless, { mayLoseEarly: true }).length, 1);
});

test('two winners are found also where losers may come early', () => {
  const history = [won([0, 9], 0, 4), won([1, 8], 0, 5), lost([0, 3], 0)];

  assert.is(violations(history, { mayLoseEarly: true }).length, 1);
});

test('an operation without an answer may have happened', () => {
  assert.ok(isAccepted(unknown(0, 0, 'a'), read([10, 11], 4, 'a'), won([12, 13], 4, 5)));
});

test('an operation without an answer may never happen', () => {
  assert.ok(isAccepted(unknown(0, 0, 'a'), read([10, 11], 0), won([12, 13], 0, 5)));
});

test('an operation without an answer may happen long after it was sent', () => {
  assert.ok(isAccepted(unknown(0, 0, 'a'), read([10, 11], 0), read([20, 21], 4, 'a')));
});

test('an operation without an answer explains a loser', () => {
  assert.ok(isAccepted(unknown(0, 0, 'a'), lost([10, 11], 0)));
});

test('an operation without an answer did not happen before it was sent', () => {
  assert.not.ok(isAccepted(read([10, 11], 4, 'a'), unknown(20, 0, 'a')));
});

test('an operation without an answer cannot happen beside another winner on its revision', () => {
  const history = [unknown(0, 0, 'a'), won([0, 9], 0, 4), read([10, 11], 4)];

  assert.ok(isAccepted(...history));
  assert.not.ok(isAccepted(...history, read([20, 21], 5, 'a')));
});

test('an operation without an answer happens at most once', () => {
  const history = [unknown(0, 0, 'a'), read([10, 11], 4, 'a'), won([12, 13], 4, 5)];

  assert.not.ok(isAccepted(...history, read([20, 21], 6, 'a')));
});

test('what touches in time overlaps', () => {
  assert.ok(isAccepted(won([0, 10], 0, 4), read([10, 11], 0)));
});

test('each key is judged for itself, and the broken one is named with what it may have held', () => {
  const good = [won([0, 9], 0, 4), won([0, 9], 4, 5)].map((one) => ({ ...one, key: 'good' }));
  const bad = [won([0, 9], 0, 6, 'x'), read([10, 11], 0)].map((one) => ({ ...one, key: 'bad' }));

  const found = violations([...good, ...bad]);

  assert.equal(
    found.map(({ key, contradiction, possible }) => ({ key, contradiction, possible })),
    [{ key: 'bad', contradiction: bad[1], possible: [{ revision: 6, value: 'x' }] }],
  );
});

test('a value that two operations wrote is an error, not a verdict', () => {
  assert.throws(() => violations([won([0, 9], 0, 4, 'a'), won([10, 19], 4, 5, 'a')]), /came twice/);
});

test('an expectation that nobody was told of is an error, not a verdict', () => {
  assert.throws(() => violations([won([0, 9], 7, 8)]), /out of nowhere/);
});

test.run();
