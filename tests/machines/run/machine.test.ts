// Every way a run can go, as tables of events and the states they lead to.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ask,
  claim,
  deadline,
  OPENED_AT_MS,
  openRun,
  statesAfter,
  tell,
  verdictOf,
} from '../../support/machine-steps.ts';

const HOUR_MS = 3_600_000;
const started = ask('started', { epoch: 1, worker: 'worker-1', machine: 'm1' });
const progress = ask('progress', { epoch: 1, processGroup: { pid: 99, startTicks: 5 } });
const exited = ask('exited', { epoch: 1, code: 0 });
const lost = ask('worker-lost', { epoch: 1, worker: 'worker-1' });
const later = (ms: number) => OPENED_AT_MS + ms;

test('a run goes from its queue to the item having moved on', () => {
  const states = statesAfter(
    openRun(),
    started,
    progress,
    exited,
    ask('finalize-step', { epoch: 1, step: 'push', key: 'k' }),
    claim('worker-1'),
    tell('advance-confirmed'),
  );

  assert.equal(states, [
    'running.starting',
    'running.working',
    'finalizing',
    'finalizing',
    'claimed',
    'advanced',
  ]);
});

test('an opened run asks the pool of its stage for work', () => {
  const job = { type: 'job', pool: 'big', kind: 'work', project: 'shop', epoch: 1 };

  assert.equal(openRun({ pool: 'big' }).effects(), [job]);
});

test('stages without a process ask for no work', () => {
  assert.equal(openRun({ kind: 'approval' }).effects(), []);
  assert.equal(openRun({ kind: 'external' }).effects(), []);
});

test('a command that ends before its first sign of life is finalized', () => {
  assert.equal(statesAfter(openRun(), started, exited), ['running.starting', 'finalizing']);
});

test('a second worker cannot start a run that has one', () => {
  const second = ask('started', { epoch: 1, worker: 'worker-2' });

  assert.equal(statesAfter(openRun(), started, second), [
    'running.starting',
    'running.starting (not-now)',
  ]);
});

test('a run that waits too long for a worker asks again, each time after twice as long', () => {
  const actor = openRun({}, { queueStallMs: 1_000 });

  const states = statesAfter(
    actor,
    deadline('queue-stalled', later(999)),
    deadline('queue-stalled', later(1_000)),
    deadline('queue-stalled', later(2_999)),
    deadline('queue-stalled', later(3_000)),
  );

  const early = 'running.queued (not-now)';
  assert.equal(states, [early, 'running.queued', early, 'running.queued']);
  assert.equal(
    actor.effects().map(({ type }) => type),
    ['alarm', 'job'],
  );
});

test('a run that waits for a worker speaks up only when asking again did not help', () => {
  const actor = openRun({}, { queueStallMs: 1_000 });

  actor.send(deadline('queue-stalled', later(1_000)));

  assert.equal(
    actor.effects().map(({ type }) => type),
    ['job'],
  );
});

test('a worker that shows no process in time is taken for lost', () => {
  const actor = openRun({}, { startTimeoutMs: 60_000 });

  const states = statesAfter(
    actor,
    started,
    deadline('start-overdue', later(59_999)),
    deadline('start-overdue', later(60_000)),
  );

  assert.equal(states, ['running.starting', 'running.starting (not-now)', 'running.queued']);
  assert.is(actor.run().epoch, 2);
});

test('a lost worker leads to a new epoch and a new job', () => {
  const actor = openRun();

  const states = statesAfter(actor, started, progress, lost);

  assert.equal(states.at(-1), 'running.queued');
  assert.equal(actor.effects(), [
    { type: 'job', pool: 'default', kind: 'work', project: 'shop', epoch: 2 },
  ]);
  assert.equal(actor.run().leftover, { machine: 'm1', pid: 99, startTicks: 5 });
});

test('a lost worker that comes back is refused as stale', () => {
  const states = statesAfter(openRun(), started, progress, lost, progress, exited);

  assert.equal(states.slice(-2), ['running.queued (stale-epoch)', 'running.queued (stale-epoch)']);
});

test('the loss of a worker that does not hold the run changes nothing', () => {
  const other = ask('worker-lost', { epoch: 1, worker: 'worker-2' });

  assert.equal(statesAfter(openRun(), started, other).at(-1), 'running.starting (not-now)');
});

test('a spent infrastructure budget ends the run as lost, not as failed by the product', () => {
  const actor = openRun({
    budgets: { product: 1, infra: 2, inconclusive: 1, unobserved: 1, continuations: 3, resumes: 2 },
  });
  const again = ask('started', { epoch: 2, worker: 'worker-2' });
  const lostAgain = ask('worker-lost', { epoch: 2, worker: 'worker-2' });

  const states = statesAfter(actor, started, lost, again, lostAgain);

  assert.equal(states.slice(1), ['running.queued', 'running.starting', 'finalizing']);
  assert.is(actor.run().exit?.cause, 'worker-lost');
  assert.is(actor.run().exit?.code, null);
});

test('a worker that never reports the end is timed out after the wall clock and a margin', () => {
  const actor = openRun({ wallClockMs: HOUR_MS, interruptGraceMs: 3_000, killGraceMs: 5_000 });
  const dueMs = later(HOUR_MS + 8_000 + 60_000);

  const states = statesAfter(
    actor,
    started,
    progress,
    deadline('timed-out', dueMs - 1),
    deadline('timed-out', dueMs),
  );

  assert.equal(states.slice(2), ['running.working (not-now)', 'finalizing']);
  assert.is(actor.run().exit?.cause, 'timed-out');
});

test('signs of life do not move the wall clock', () => {
  const actor = openRun();
  statesAfter(actor, started, progress);
  const { deadlines } = actor.run();

  actor.send({ ...progress, atMs: later(HOUR_MS) });

  assert.equal(actor.run().deadlines, deadlines);
});

test('bytes of output never go back', () => {
  const actor = openRun();

  statesAfter(
    actor,
    started,
    ask('progress', { epoch: 1, outputBytes: 9 }),
    ask('progress', { epoch: 1, outputBytes: 4 }),
  );

  assert.is(actor.run().outputBytes, 9);
});

test('a finalization step recorded twice under one key stands once', () => {
  const actor = openRun();
  const push = (result: string) =>
    ask('finalize-step', { epoch: 1, step: 'push', key: 'k', result });

  statesAfter(actor, started, exited, push('one'), push('two'));

  assert.equal(
    actor.run().steps.map(({ result }) => result),
    ['two'],
  );
});

test('a claimed run tells its item to advance, and repeats that until it is confirmed', () => {
  const actor = openRun({}, { claimLeaseMs: 30_000 });
  statesAfter(actor, started, exited, claim('worker-1'));
  const first = actor.effects();

  const states = statesAfter(
    actor,
    deadline('lease-elapsed', later(29_999)),
    deadline('lease-elapsed', later(30_000)),
  );

  assert.equal(states, ['claimed (not-now)', 'claimed']);
  assert.equal(first.length, 1);
  assert.equal(actor.effects(), first);
});

test('a claim carries claimant and verdict to the item', () => {
  const verdict = verdictOf('product_fail', { headSha: 'a'.repeat(40) });
  const actor = openRun();

  statesAfter(actor, started, exited, claim('worker-1', verdict));

  const data = { stage: 'build', attempt: 1, claimant: 'worker-1', verdict };
  assert.equal(actor.effects(), [{ type: 'tell', to: 'item.shop.7', event: 'advance', data }]);
});

test('a finished run waits for nothing', () => {
  const actor = openRun();

  statesAfter(actor, started, exited, claim('worker-1'), tell('advance-confirmed'));

  assert.equal(actor.run().deadlines, {});
});

test.run();
