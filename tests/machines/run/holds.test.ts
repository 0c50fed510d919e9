// A run that may not start: it is held for an account, asks again from time to time, and starts when it may.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ask,
  deadline,
  OPENED_AT_MS,
  openRun,
  type Step,
  statesAfter,
  tell,
} from '../../support/machine-steps.ts';

const ACCOUNT = 'account.provider.claude';
const HOUR_MS = 3_600_000;
const held = (untilMs?: number, atMs?: number): Step =>
  ask('hold', { epoch: 1, account: ACCOUNT, cause: 'usage-limit', untilMs }, atMs);
const started = ask('started', { epoch: 1, worker: 'worker-1' });
const due = (actor: ReturnType<typeof openRun>) => actor.run().deadlines['hold-due'] ?? 0;

test('a held run waits, and says for whom', () => {
  const actor = openRun();

  assert.equal(statesAfter(actor, held(OPENED_AT_MS + HOUR_MS)), ['running.held']);
  assert.equal(actor.run().hold, {
    ...{ account: ACCOUNT, cause: 'usage-limit' },
    ...{ untilMs: OPENED_AT_MS + HOUR_MS, sinceMs: OPENED_AT_MS },
  });
});

test('when it asks again, its job is published again, of the same epoch', () => {
  const actor = openRun();
  actor.send(held(OPENED_AT_MS + HOUR_MS));

  actor.send(deadline('hold-due', due(actor)));

  assert.is(actor.state(), 'running.queued');
  assert.equal(
    actor.effects().map((effect) => effect.type === 'job' && [effect.kind, effect.epoch]),
    [['work', 1]],
  );
});

test('a hold is none of the faults of a queue: it is neither counted nor does it make an alarm', () => {
  const actor = openRun();

  for (let n = 0; n < 5; n += 1) {
    statesAfter(actor, held(OPENED_AT_MS + HOUR_MS), deadline('hold-due', due(actor)));
  }

  assert.is(actor.run().requeues, 0);
  assert.is(actor.run().epoch, 1);
});

test('it asks soon after the end of the suspension, never before it', () => {
  const actor = openRun();

  actor.send(held(OPENED_AT_MS + 5_000));

  const afterMs = due(actor) - OPENED_AT_MS - 5_000;
  assert.ok(afterMs > 0 && afterMs <= 2_000, `${afterMs} ms after`);
});

test('it asks within a minute although the suspension is longer: a person may end it', () => {
  const actor = openRun();

  actor.send(held(OPENED_AT_MS + HOUR_MS));

  const waitMs = due(actor) - OPENED_AT_MS;
  assert.ok(waitMs > 45_000 - 1 && waitMs <= 60_000, `${waitMs} ms`);
});

test('the longer it is held the less often it asks, up to five minutes', () => {
  const actor = openRun();
  let atMs = OPENED_AT_MS;

  const waitsMs = Array.from({ length: 12 }, () => {
    actor.send(held(OPENED_AT_MS + 9 * HOUR_MS, atMs));
    const waitMs = due(actor) - atMs;
    actor.send(deadline('hold-due', due(actor)));
    atMs += waitMs;
    return waitMs;
  });

  assert.ok(Math.max(...waitsMs) <= 300_000);
  assert.ok((waitsMs.at(-1) ?? 0) > 200_000, waitsMs.join());
});

test('a hold without an end asks again after a minute at most', () => {
  const actor = openRun();

  actor.send(held());

  assert.ok(due(actor) - OPENED_AT_MS <= 60_000);
});

test('runs that are held together do not all ask together', () => {
  const waits = ['1', '2', '3', '4'].map((name) => {
    const actor = openRun({ name });
    actor.send(held(OPENED_AT_MS + HOUR_MS));
    return due(actor);
  });

  assert.is(new Set(waits).size, waits.length);
});

test('it is not asked before its time', () => {
  const actor = openRun();
  actor.send(held(OPENED_AT_MS + HOUR_MS));

  assert.equal(statesAfter(actor, deadline('hold-due', due(actor) - 1)), [
    'running.held (not-now)',
  ]);
});

test('a held run is not started by whoever has its job in hand still, nor held twice', () => {
  const actor = openRun();

  assert.equal(statesAfter(actor, held(OPENED_AT_MS + HOUR_MS), started, held()), [
    ...['running.held', 'running.held (not-now)', 'running.held (not-now)'],
  ]);
});

test('a hold of an earlier epoch is refused', () => {
  const actor = openRun();

  statesAfter(actor, started, ask('worker-lost', { epoch: 1, worker: 'worker-1' }));

  assert.equal(statesAfter(actor, held()), ['running.queued (stale-epoch)']);
});

test('a run under way is not held: what has begun goes on', () => {
  assert.equal(statesAfter(openRun(), started, held()).at(-1), 'running.starting (not-now)');
});

test('neither people nor publishers are held', () => {
  for (const kind of ['approval', 'external'] as const) {
    assert.equal(statesAfter(openRun({ kind }), held()), ['running.queued (not-now)']);
  }
});

test('a held run is cancelled at once, where nothing is left of it', () => {
  assert.equal(statesAfter(openRun(), held(), tell('cancel')).at(-1), 'cancelled');
});

test('what a lost worker has left is ended before a held run counts as cancelled', () => {
  const actor = openRun();
  const progress = ask('progress', { epoch: 1, processGroup: { pid: 9, startTicks: 1 } });
  const again = { ...held(), data: { epoch: 2, account: ACCOUNT, cause: 'usage-limit' } };

  const states = statesAfter(
    actor,
    ...[ask('started', { epoch: 1, worker: 'worker-1', machine: 'm1' }), progress],
    ...[ask('worker-lost', { epoch: 1, worker: 'worker-1' }), again, tell('cancel')],
  );

  assert.is(states.at(-1), 'cancelling');
});

test('once it has started, nothing of the hold is left', () => {
  const actor = openRun();

  statesAfter(actor, held(OPENED_AT_MS + 1_000));
  statesAfter(actor, deadline('hold-due', due(actor)), started);

  assert.is(actor.run().hold, null);
});

test.run();
