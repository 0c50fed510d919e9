// What holds a queue up: operators, a base that is red by itself, and too many trials without a landing.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Judgement, type MergeDriver, openQueue } from '../../support/merge-driver.ts';

const HOUR_MS = 3_600_000;

function queueOf(items: string[], options: Parameters<typeof openQueue>[0] = {}): MergeDriver {
  const queue = openQueue({ batchSize: 4, ...options });
  queue.send('freeze');
  for (const item of items) queue.enqueue(item);
  queue.send('resume');
  return queue;
}

const alarms = (queue: MergeDriver) =>
  queue.effects().flatMap((effect) => (effect.type === 'alarm' ? [effect.reason] : []));
const redBase = (): Judgement => 'product_fail';

test('a base that is red by itself freezes the queue, and nobody is blamed', () => {
  const queue = queueOf(['a'], { judge: redBase });

  queue.run();

  assert.is(queue.state(), 'frozen');
  assert.equal(alarms(queue), ['queue-red-base']);
  assert.equal(queue.sentBack, []);
  assert.equal(
    queue.context().entries.map(({ reds, isAlone }) => [reds, isAlone]),
    [[0, false]],
  );
});

test('a red base is found out before anybody of a batch is, too', () => {
  const queue = queueOf(['a', 'b', 'c', 'd'], { judge: redBase });

  queue.run();

  assert.is(queue.context().freeze?.cause, 'red-base');
  assert.equal(queue.sentBack, []);
});

test('it thaws when the base is another one, and not before', () => {
  let isMended = false;
  const queue = queueOf(['a'], { judge: () => (isMended ? 'pass' : 'product_fail') });
  queue.run();
  isMended = true;

  assert.is(queue.send('base-seen', { sha: queue.baseSha }, 'tell'), 'frozen (not-now)');
  queue.pushBase();
  assert.is(queue.send('base-seen', { sha: queue.baseSha }, 'tell'), 'preparing');
  queue.run();
  assert.equal([...queue.landed], ['a']);
});

test('what an operator froze, no base thaws', () => {
  const queue = queueOf(['a']);
  queue.send('freeze', { by: 'ada', reason: 'release' });
  queue.pushBase();

  assert.is(queue.send('base-seen', { sha: queue.baseSha }, 'tell'), 'frozen (not-now)');
});

test('a freeze ends what is tried, whose members keep their places, and says who asked', () => {
  const queue = queueOf(['a', 'b']);
  queue.take();

  assert.is(queue.send('freeze', { by: 'ada', reason: 'release' }), 'frozen');
  assert.equal(alarms(queue), ['queue-frozen']);
  assert.is(queue.context().entries.length, 2);
  assert.is(queue.send('resume'), 'preparing');
});

test('what may be on its way to the base is seen through before the queue freezes', () => {
  const queue = queueOf(['a', 'b'], { batchSize: 1 });
  queue.toMerging();

  assert.is(queue.send('freeze'), 'merging');
  queue.run();

  assert.equal([queue.state(), ...queue.landed], ['frozen', 'a']);
});

test('a freeze that is taken back in time changes nothing', () => {
  const queue = queueOf(['a']);
  queue.toMerging();
  queue.send('freeze');

  assert.is(queue.send('resume'), 'merging');
  queue.run();

  assert.is(queue.state(), 'idle');
});

test('what did not land before a freeze does not land after it', () => {
  const queue = queueOf(['a']);
  queue.toMerging();
  queue.send('freeze');
  queue.pushBase();

  queue.run();

  assert.is(queue.state(), 'frozen');
  assert.equal([...queue.landed], []);
  assert.is(queue.context().entries.length, 1);
});

test('ten trials within an hour that land nothing open the breaker, with one alarm', () => {
  const items = Array.from({ length: 12 }, (_, n) => `i${n}`);
  const judge = ({ members }: { members: readonly string[] }): Judgement =>
    members.length > 0 ? 'product_fail' : 'pass';
  const queue = queueOf(items, { batchSize: 1, testMs: 60_000, judge });

  queue.run();

  assert.is(queue.state(), 'paused');
  assert.equal(alarms(queue), ['queue-paused']);
  assert.is(queue.tests.filter(({ members }) => members.length > 0).length, 10);
  assert.match(queue.context().pause?.reason ?? '', /10 trials .* red/);
});

test('trials of more than an hour ago do not count', () => {
  const items = Array.from({ length: 12 }, (_, n) => `i${n}`);
  const judge = ({ members }: { members: readonly string[] }): Judgement =>
    members.length > 0 ? 'product_fail' : 'pass';
  const queue = queueOf(items, { batchSize: 1, testMs: HOUR_MS / 8, judge });

  queue.run();

  assert.is(queue.state(), 'idle');
  assert.is(queue.sentBack.length, 12);
});

test('whoever resumes it begins to count anew', () => {
  const queue = queueOf(['a', 'b', 'c', 'd', 'e', 'f'], {
    ...{ batchSize: 1, testMs: 1_000 },
    judge: ({ members }) => (members.length > 0 ? 'product_fail' : 'pass'),
  });
  queue.run();
  assert.is(queue.state(), 'paused');

  queue.send('resume', { by: 'ada' });
  queue.run();

  assert.equal([queue.state(), queue.sentBack.length], ['idle', 6]);
});

test('whoever thaws what it has frozen itself thaws nothing of others', () => {
  const others = queueOf(['a']);
  const own = queueOf(['a']);
  others.send('freeze', { by: 'ada', reason: 'release' });
  own.send('freeze', { by: 'deployment:shop.production', reason: 'bad' });
  const word = { by: 'deployment:shop.production', frozenBy: 'deployment:shop.production' };

  assert.is(others.send('resume', word), 'frozen (not-now)');
  assert.is(own.send('resume', word), 'preparing');
});

test('only a person resumes a queue whose breaker is open', () => {
  const queue = queueOf(['a', 'b', 'c', 'd', 'e', 'f'], {
    ...{ batchSize: 1, testMs: 1_000 },
    judge: ({ members }) => (members.length > 0 ? 'product_fail' : 'pass'),
  });
  queue.run();

  assert.is(queue.send('resume', { frozenBy: 'deployment:shop.production' }), 'paused (not-now)');
  assert.is(queue.send('resume', { by: 'ada' }), 'preparing');
});

test('a queue that stands still says so again', () => {
  const queue = queueOf(['a']);
  queue.send('freeze');
  queue.setNowMs(queue.context().deadlines['reminder'] ?? 0);

  assert.is(queue.send('reminder', {}, 'deadline'), 'frozen');
  assert.equal(alarms(queue), ['queue-frozen']);
});

test('items come and go while nothing is tried', () => {
  const queue = queueOf([]);
  queue.send('freeze');

  queue.enqueue('a');
  queue.enqueue('b');
  queue.send('withdraw', { item: 'a', attempt: 1, reason: 'cancelled' }, 'tell');
  queue.send('eject', { item: 'b', by: 'ada', reason: 'wrong branch' });

  assert.equal(queue.context().entries, []);
  assert.equal(queue.sentBack, ['b']);
});

test.run();
