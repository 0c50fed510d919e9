// Who is tried next: by urgency and age, with a penalty that is capped, and nobody waits for ever.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Decided, Entry } from '../../../machines/merge/context.ts';
import { ranked, rankOf, windowAfter } from '../../../machines/merge/order.ts';
import { type MergeDriver, openQueue, shaOf } from '../../support/merge-driver.ts';

const HOUR_MS = 3_600_000;

function entry(item: string, more: Partial<Entry> = {}): Entry {
  return {
    ...{ item, stage: 'land', attempt: 1, title: '', headSha: shaOf(item), priority: 2 },
    ...{ retries: 0, enqueuedAtMs: 0, movedTo: null, isAdmitted: true, waitsFor: '' },
    ...{ reds: 0, isAlone: false, withdrawn: null, ...more },
  };
}

/** A queue in which nobody is tried yet. */
function frozen(batchSize: number): MergeDriver {
  const queue = openQueue({ batchSize });
  queue.send('freeze');
  return queue;
}

const orderOf = (queue: MergeDriver) => ranked(queue.context().entries).map(({ item }) => item);

test('of two that came together the more urgent is first', () => {
  const order = ranked([entry('a'), entry('b', { priority: 0 })]);

  assert.equal(
    order.map(({ item }) => item),
    ['b', 'a'],
  );
});

test('one step of urgency is worth six hours of waiting', () => {
  const old = entry('a', { priority: 2 });

  assert.ok(rankOf(entry('b', { priority: 1, enqueuedAtMs: 6 * HOUR_MS - 1 })) < rankOf(old));
  assert.ok(rankOf(entry('b', { priority: 1, enqueuedAtMs: 6 * HOUR_MS + 1 })) > rankOf(old));
});

test('each time it was sent back costs an hour, three times at most', () => {
  const costs = [0, 1, 3, 4, 90].map((retries) => rankOf(entry('a', { priority: 0, retries })));

  assert.equal(costs, [0, HOUR_MS, 3 * HOUR_MS, 3 * HOUR_MS, 3 * HOUR_MS]);
});

test('nothing starves: whatever comes 21 hours later comes behind', () => {
  const entries = fc.record({
    priority: fc.integer({ min: 0, max: 3 }),
    retries: fc.integer({ min: 0, max: 9 }),
    enqueuedAtMs: fc.integer({ min: 21 * HOUR_MS + 1, max: 90 * HOUR_MS }),
  });
  const worst = entry('z', { priority: 3, retries: 9 });
  fc.assert(fc.property(entries, (later) => rankOf(worst) < rankOf(entry('a', later))));
});

test('an operator moves one to the front, and another to the end', () => {
  const queue = frozen(1);
  for (const item of ['a', 'b', 'c']) queue.enqueue(item);

  queue.send('move', { item: 'c', to: 'first' });
  queue.send('move', { item: 'a', to: 'last' });

  assert.equal(orderOf(queue), ['c', 'b', 'a']);
});

test('one that is not in the queue cannot be moved', () => {
  assert.is(frozen(1).send('move', { item: 'x', to: 'first' }), 'frozen (not-now)');
});

test('coming again changes no place', () => {
  const queue = frozen(1);
  for (const item of ['a', 'b']) queue.enqueue(item);
  queue.setNowMs(queue.nowMs() + HOUR_MS);

  queue.enqueue('a');

  assert.equal(orderOf(queue), ['a', 'b']);
});

test('a batch is the beginning of the order, as far as the forge lets them in', () => {
  const queue = frozen(3);
  for (const item of ['a', 'b', 'c', 'd', 'e']) queue.enqueue(item);
  queue.send(
    'admission',
    { item: 'b', headSha: shaOf('b'), outcome: 'waiting', reason: 'CI' },
    'tell',
  );

  queue.send('resume');

  assert.equal(queue.context().trial?.members, ['a', 'c', 'd']);
});

test('a suspect waits while those that were red with it are tried, and is then tried by itself', () => {
  const queue = openQueue({
    batchSize: 4,
    redTrials: 5,
    judge: ({ run }) => (run <= 3 ? 'product_fail' : 'pass'),
  });
  queue.send('freeze');
  for (const item of ['a', 'b', 'c', 'd']) queue.enqueue(item);
  queue.send('resume');

  queue.run();

  const tried = queue.tests.map(({ members }) => members.join(''));
  assert.equal(tried, ['abcd', 'ab', 'a', '', 'bcd', 'a']);
  assert.is(queue.landed.size, 4);
});

test('rebasing, one is tried at a time', () => {
  const queue = openQueue({ batchSize: 4, rules: { method: 'rebase' } });
  queue.send('freeze');
  for (const item of ['a', 'b']) queue.enqueue(item);

  queue.send('resume');

  assert.equal(queue.context().trial?.members, ['a']);
});

test('the more of the last ones were at fault, the fewer are tried together', () => {
  const decided = (landed: number, red: number): Decided[] =>
    Array.from({ length: landed + red }, (_, n) => ({
      ...{ item: `i${n}`, stage: 'land', attempt: 1, headSha: '', summary: '', sha: null },
      ...{ atMs: 0, revision: 0, outcome: n < landed ? 'landed' : 'sent-back' },
      cause: n < landed ? 'landed' : 'merge-red',
    }));
  const windows = [decided(0, 0), decided(47, 1), decided(33, 15), decided(0, 48)].map(windowAfter);

  assert.equal(windows, [32, 32, 2, 1]);
});

test.run();
