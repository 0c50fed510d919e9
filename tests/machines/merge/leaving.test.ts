// Items that leave a queue, or come again, whatever is done with them: none is lost, and none is landed unasked.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type MergeDriver, openQueue, shaOf } from '../../support/merge-driver.ts';

function queueOf(...items: string[]): MergeDriver {
  const queue = openQueue({ batchSize: 8 });
  queue.send('freeze');
  for (const item of items) queue.enqueue(item);
  queue.send('resume');
  return queue;
}

const withdraw = (queue: MergeDriver, item: string, attempt = 1) =>
  queue.send('withdraw', { item, attempt, reason: 'cancelled' }, 'tell');
const queued = (queue: MergeDriver) => queue.context().entries.map(({ item }) => item);
const told = (queue: MergeDriver) =>
  queue.effects().flatMap((effect) => (effect.type === 'tell' ? [effect.to] : []));

test('a member that leaves ends its trial, and the others are tried without it', () => {
  const queue = queueOf('a', 'b', 'c');
  queue.take();

  assert.is(withdraw(queue, 'b'), 'preparing');
  assert.equal(queue.context().trial?.members, ['a', 'c']);
});

test('one that is not tried leaves quietly', () => {
  const queue = queueOf('a');
  queue.enqueue('b');
  const { trial } = queue.context();

  withdraw(queue, 'b');

  assert.equal([queued(queue), queue.context().trial], [['a'], trial]);
});

test('the word of an attempt of before takes nobody out', () => {
  const queue = queueOf();
  queue.enqueue('a', { attempt: 2 });

  assert.is(withdraw(queue, 'a', 1), 'preparing (not-now)');
  assert.equal(queued(queue), ['a']);
});

test('one that leaves while it is landed has landed, and the queue goes on', () => {
  const queue = queueOf('a', 'b');
  queue.toMerging();

  assert.is(withdraw(queue, 'a'), 'merging');
  queue.run();

  assert.equal([...queue.landed], ['a', 'b']);
  assert.equal([queued(queue), queue.state()], [[], 'idle']);
});

test('one that leaves before the base has moved is not landed any more', () => {
  const queue = queueOf('a', 'b');
  queue.toMerging();
  withdraw(queue, 'a');
  queue.pushBase();

  queue.run();

  assert.equal([...queue.landed], ['b']);
});

test('the only suspect that leaves while it is landed holds nobody up', () => {
  const queue = openQueue({ judge: ({ run }) => (run === 1 ? 'product_fail' : 'pass') });
  queue.enqueue('a');
  queue.enqueue('b');
  queue.runTrial();
  queue.runTrial();
  queue.toMerging();
  withdraw(queue, 'a');
  queue.pushBase();

  queue.run();

  assert.equal([...queue.landed], ['b']);
});

test('an operator sends a member back, and its run hears why', () => {
  const queue = queueOf('a', 'b');

  queue.send('eject', { item: 'a', by: 'ada', reason: 'wrong branch' });

  assert.ok(told(queue).includes('run.shop.a.land.1'));
  assert.match(queue.context().decided[0]?.summary ?? '', /ada: wrong branch/);
  assert.equal(queue.context().trial?.members, ['b']);
});

test('nobody sends back what is being landed', () => {
  const queue = queueOf('a');
  queue.toMerging();

  assert.is(queue.send('eject', { item: 'a' }), 'merging (not-now)');
});

test('one that the forge refuses is sent back, from a trial, too', () => {
  const queue = queueOf('a', 'b');
  const refused = { item: 'a', headSha: shaOf('a'), outcome: 'refused', reason: 'changes' };

  queue.send('admission', refused, 'tell');

  assert.equal(queue.sentBack, ['a']);
  assert.equal(queue.context().trial?.members, ['b']);
});

test('what the forge says of another commit is passed over', () => {
  const queue = queueOf('a');
  const refused = { item: 'a', headSha: shaOf('x'), outcome: 'refused', reason: 'changes' };

  assert.is(queue.send('admission', refused, 'tell'), 'preparing (not-now)');
});

test('a new commit of a member ends its trial, and comes to the end of the queue', () => {
  const queue = queueOf('a', 'b');
  queue.setNowMs(queue.nowMs() + 1);

  queue.enqueue('a', { attempt: 2, headSha: shaOf('a2') });

  assert.equal(queue.context().trial?.members, ['b', 'a']);
});

test('the same commit under another attempt, coming while it is landed, has landed', () => {
  const queue = queueOf('a');
  queue.toMerging();
  withdraw(queue, 'a');

  assert.is(queue.enqueue('a', { attempt: 2 }), 'merging');
  queue.run();

  assert.equal(
    queue.context().decided.map(({ attempt, outcome }) => [attempt, outcome]),
    [[2, 'landed']],
  );
});

test('another commit that comes while the former one is landed is tried after it', () => {
  const queue = queueOf('a');
  queue.toMerging();
  withdraw(queue, 'a');
  queue.enqueue('a', { attempt: 2, headSha: shaOf('a2') });
  const landing = queue.context().trial?.number;

  queue.step();
  queue.step();

  assert.equal(queue.context().decided, []);
  assert.is(queue.context().trial?.number, (landing ?? 0) + 1);
  assert.equal(queue.context().trial?.members, ['a']);
});

test('a run that asks again after it was decided on is told again', () => {
  const queue = queueOf('a');
  queue.run();

  assert.is(queue.enqueue('a'), 'idle');
  assert.equal(told(queue), ['run.shop.a.land.1']);
  assert.equal(queued(queue), []);
});

test('the same attempt with another commit is another run: nothing was decided on it', () => {
  const queue = queueOf('a');
  queue.run();

  queue.enqueue('a', { headSha: shaOf('a2') });

  assert.equal(queued(queue), ['a']);
});

test('a run that asks again after its landing was forgotten is told once more', () => {
  const queue = queueOf('a');
  queue.run();
  for (let n = 0; n < 60; n += 1) {
    queue.enqueue(`later-${n}`);
    queue.run();
  }
  assert.not(queue.context().decided.some(({ item }) => item === 'a'));

  queue.enqueue('a');
  queue.run();

  const last = queue.context().decided.at(-1);
  assert.equal([last?.item, last?.outcome, queued(queue)], ['a', 'landed', []]);
});

test('only items bring items, and take them out', () => {
  const queue = openQueue();

  assert.is(queue.send('enqueue', { item: 'a' }, 'ask'), 'idle (not-now)');
  assert.is(queue.send('withdraw', { item: 'a' }, 'mailbox'), 'idle (not-now)');
});

test.run();
