// A run counts as cancelled only when nothing of it is alive any more.
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
} from '../../support/machine-steps.ts';

const started = ask('started', { epoch: 1, worker: 'worker-1', machine: 'm1' });
const progress = ask('progress', { epoch: 1, processGroup: { pid: 99, startTicks: 5 } });
const exited = ask('exited', { epoch: 1, code: 0 });
const lost = ask('worker-lost', { epoch: 1, worker: 'worker-1' });
const cancel = tell('cancel', { by: 'ada' });
const told = { stage: 'build', attempt: 1 };

test('a run that nobody has begun is cancelled at once', () => {
  const actor = openRun();

  assert.equal(statesAfter(actor, cancel), ['cancelled']);
  assert.equal(actor.effects(), [
    { type: 'tell', to: 'item.shop.7', event: 'run-cancelled', data: told },
  ]);
});

test('a run with a worker is cancelled only when the process group is proven gone', () => {
  const states = statesAfter(openRun(), started, progress, cancel, ask('gone', { epoch: 1 }));

  assert.equal(states.slice(2), ['cancelling', 'cancelled']);
});

test('a run that is still being prepared is cancelled only when its worker says so', () => {
  const states = statesAfter(openRun(), started, cancel, ask('gone', { epoch: 1 }));

  assert.equal(states.slice(1), ['cancelling', 'cancelled']);
});

test('a process that ends by itself while being cancelled advances nothing', () => {
  const actor = openRun();

  assert.equal(statesAfter(actor, started, progress, cancel, exited).at(-1), 'cancelled');
  assert.equal(
    actor.effects().map((effect) => effect.type === 'tell' && effect.event),
    ['run-cancelled'],
  );
});

test('a cancel that nobody answers asks for somebody on the same machine, and says so', () => {
  const actor = openRun(
    { interruptGraceMs: 3_000, killGraceMs: 5_000 },
    { startTimeoutMs: 60_000 },
  );
  const dueMs = OPENED_AT_MS + 68_000;

  const states = statesAfter(
    actor,
    ...[started, progress, cancel],
    deadline('cancel-overdue', dueMs - 1),
    deadline('cancel-overdue', dueMs),
  );

  assert.equal(states.slice(3), ['cancelling (not-now)', 'cancelling']);
  assert.equal(
    actor.effects().map((effect) => (effect.type === 'job' ? effect.kind : effect.type)),
    ['cleanup', 'alarm'],
  );
});

test('a worker lost while its run is being cancelled asks for a cleanup', () => {
  const actor = openRun();

  const states = statesAfter(actor, started, progress, cancel, lost);

  assert.is(states.at(-1), 'cancelling');
  assert.equal(
    actor.effects().map((effect) => effect.type === 'job' && effect.kind),
    ['cleanup'],
  );
});

test('a queued run whose lost worker left a process behind is not cancelled before that is gone', () => {
  const actor = openRun();
  statesAfter(actor, started, progress, lost);

  const states = statesAfter(actor, cancel);
  const asked = actor.effects();

  assert.equal(states, ['cancelling']);
  assert.equal(
    asked.map((effect) => effect.type === 'job' && effect.kind),
    ['cleanup'],
  );
  assert.equal(statesAfter(actor, ask('gone', { epoch: 2 })), ['cancelled']);
});

test('proof of another epoch proves nothing', () => {
  const states = statesAfter(openRun(), started, progress, cancel, ask('gone', { epoch: 2 }));

  assert.is(states.at(-1), 'cancelling (stale-epoch)');
});

test('a run that has ended is claimed, not cancelled', () => {
  const states = statesAfter(openRun(), started, exited, cancel, claim('worker-1'), cancel);

  assert.equal(states.slice(2), ['finalizing (not-now)', 'claimed', 'claimed (not-now)']);
});

test('a stage without a process of ours is cancelled at once', () => {
  const states = statesAfter(openRun({ kind: 'external' }), ask('started'), cancel);

  assert.equal(states, ['running.starting', 'cancelled']);
});

test('a lost worker is reported once while its run is being cancelled', () => {
  const actor = openRun();

  const states = statesAfter(actor, started, progress, cancel, lost, lost);

  assert.is(states.at(-1), 'cancelling (not-now)');
});

test.run();
