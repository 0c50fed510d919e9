// The merge lease: one holder at a time, a token that rises, and nothing accepted from whoever held it before.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type MergeDriver, mergeStage, openQueue } from '../../support/merge-driver.ts';

function waiting(): MergeDriver {
  const queue = openQueue();
  queue.enqueue('a');
  return queue;
}

const lost = (queue: MergeDriver, worker = 'worker-1') =>
  queue.send('holder-lost', { token: queue.lease().token, worker, evidence: 'killed' });

test('a trial asks for a worker, of the pool of its stage', () => {
  assert.equal(waiting().effects(), [
    { type: 'job', pool: mergeStage().pool, kind: 'merge', project: 'shop', epoch: 1 },
  ]);
});

test('the token is the revision it was taken on, and rises with every holder', () => {
  const queue = waiting();
  const first = queue.stored().revision;
  queue.take();
  const tokens = [queue.lease().token];
  lost(queue);
  queue.take('worker-2');
  tokens.push(queue.lease().token);

  assert.is(tokens[0], first);
  assert.ok((tokens[1] ?? 0) > (tokens[0] ?? 0), tokens.join());
});

test('nobody takes what is held, and is told by whom', () => {
  const queue = waiting();
  queue.take();

  assert.is(queue.take('worker-2'), 'preparing (not-now)');
  assert.is(queue.context().holder?.worker, 'worker-1');
});

test('nobody takes the lease of a queue that tries nothing', () => {
  assert.is(openQueue().take(), 'idle (not-now)');
});

test('nobody takes it while only the checks of the forge are waited for', () => {
  const queue = openQueue({ rules: { checks: {} } });
  queue.enqueue('a');
  queue.take();
  queue.prepare();
  queue.send('validated', { ...queue.lease(), kind: 'pass', cause: 'tests' });

  assert.is(queue.context().holder, null);
  assert.is(queue.take(), 'validating (not-now)');
  assert.ok('checks-overdue' in queue.context().deadlines);
});

test('a token of before is stale, whatever it is used for', () => {
  const queue = waiting();
  queue.toMerging();
  const stale = queue.lease();
  lost(queue);
  queue.take('worker-2');

  const answers = ['landed', 'failed', 'progress', 'base-moved', 'verified'].map((type) =>
    queue.send(type, {
      ...{
        ...stale,
        cause: 'x',
        watermark: 9,
        baseSha: queue.baseSha,
        isHeld: true,
        treeSha: null,
      },
    }),
  );

  assert.equal([...new Set(answers)], ['merging (stale-epoch)']);
});

test('a report on a trial of before is stale, even with the right token', () => {
  const queue = waiting();
  queue.toMerging();

  assert.is(queue.send('landed', { ...queue.lease(), trial: 7 }), 'merging (stale-epoch)');
});

test('reports are heard from workers that wait for the answer, never by mail', () => {
  const queue = waiting();
  queue.take();
  const { headSha } = queue.context().entries[0] ?? { headSha: '' };

  const answers = [
    queue.send('progress', { ...queue.lease(), watermark: 1 }, 'mailbox'),
    queue.send('holder-lost', { token: queue.lease().token, worker: 'worker-1' }, 'mailbox'),
    queue.send('admission', { item: 'a', headSha, outcome: 'waiting' }, 'mailbox'),
  ];

  assert.equal([...new Set(answers)], ['preparing (not-now)']);
});

test('only progress renews the lease', () => {
  const queue = waiting();
  queue.take();
  const before = queue.context().deadlines;
  queue.setNowMs(queue.nowMs() + 1_000);
  const progress = (watermark: number) => queue.send('progress', { ...queue.lease(), watermark });

  assert.equal([progress(0), queue.context().deadlines], ['preparing (not-now)', before]);
  assert.is(progress(1), 'preparing');
  assert.is(queue.context().deadlines['lease-elapsed'], (before['lease-elapsed'] ?? 0) + 1_000);
  assert.is(progress(1), 'preparing (not-now)');
});

test('what the forge shows does not renew the lease of a worker that stands still', () => {
  const queue = openQueue({ rules: { checks: {} } });
  queue.enqueue('a');
  queue.take();
  queue.prepare();
  const before = queue.context().deadlines;
  queue.setNowMs(queue.nowMs() + 1_000);
  const sha = queue.context().trial?.candidate?.sha;

  queue.send('checks-seen', { trial: 1, sha, digest: 'd', summary: '', reruns: 0 }, 'tell');

  assert.is(queue.context().trial?.seen?.digest, 'd');
  assert.equal(queue.context().deadlines, before);
});

test('a lease that has elapsed is free, and another worker is asked', () => {
  const queue = waiting();
  queue.take();
  queue.setNowMs(queue.context().deadlines['lease-elapsed'] ?? 0);

  queue.send('lease-elapsed', {}, 'deadline');

  assert.is(queue.context().holder, null);
  assert.equal(
    queue.effects().map(({ type }) => type),
    ['job'],
  );
  assert.is(queue.context().trial?.reclaims, 1);
});

test('a lease that has not elapsed stays, whoever says so', () => {
  const queue = waiting();
  queue.take();

  assert.is(queue.send('lease-elapsed', {}, 'ask'), 'preparing (not-now)');
});

test('the loss of another worker than the holder changes nothing', () => {
  const queue = waiting();
  queue.take();

  assert.is(lost(queue, 'worker-9'), 'preparing (not-now)');
});

test('the next holder goes on in the state the last one was in', () => {
  const queue = waiting();
  queue.toMerging();

  assert.is(lost(queue), 'merging');
  queue.take('worker-2');
  queue.run();

  assert.equal([...queue.landed], ['a']);
  assert.is(queue.testRuns(), 0);
});

test('a trial that has cost five holders is given up for now, and the next one begins later', () => {
  const queue = waiting();
  const lose = () => {
    queue.take();
    return lost(queue);
  };

  const states = [lose(), lose(), lose(), lose(), lose(), lose()];

  assert.equal(states, [...Array(5).fill('preparing'), 'idle']);
  assert.is(queue.context().ended.at(-1)?.outcome, 'infrastructure');
  assert.ok(queue.context().notBeforeMs > queue.nowMs());
});

test('a job that nobody takes is asked for again', () => {
  const queue = waiting();
  queue.setNowMs(queue.context().deadlines['job-overdue'] ?? 0);

  assert.is(queue.send('job-overdue', {}, 'deadline'), 'preparing');
  assert.equal(
    queue.effects().map(({ type }) => type),
    ['job'],
  );
});

test.run();
