// Events decided once more, compared with what was stored: what is the same, what differs, what cannot be replayed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ReplayStep, replaySteps } from '../../machines/replay.ts';
import { ask, claim, openRun, RUN } from '../support/machine-steps.ts';
import {
  archivedLife,
  type KeptStep,
  recordLife,
  remadeDifferences,
} from '../support/recorded-lives.ts';

const HEAD = 'a'.repeat(40);
/** Opened, started, alive, exited, one step, claimed: six revisions. */
function claimedLife(): KeptStep[] {
  const life = recordLife(openRun());
  life.send(ask('started', { epoch: 1, worker: 'worker-1', machine: 'm1' }));
  life.send(ask('progress', { epoch: 1, outputBytes: 7 }));
  life.send(ask('exited', { epoch: 1, code: 0 }));
  life.send(ask('finalize-step', { epoch: 1, step: 'push', key: 'k', result: HEAD }));
  life.send(claim('worker-1'));
  return life.steps();
}

function outcomes(steps: readonly ReplayStep[]): string[] {
  return replaySteps(RUN, steps).map(({ outcome }) => outcome);
}

/** The life with one of its steps changed. */
function changed(n: number, change: (step: KeptStep) => ReplayStep): ReplayStep[] {
  return claimedLife().map((step, at) => (at === n ? change(step) : step));
}

const same = (count: number) => Array.from({ length: count }, () => 'same');

test('a whole life comes out as it was stored, the opening included', () => {
  const replayed = replaySteps(RUN, claimedLife());

  assert.equal(
    replayed.map(({ outcome, reason, differences }) => [outcome, reason, differences.length]),
    same(6).map((outcome) => [outcome, '', 0]),
  );
});

test('a record that does not follow from its event differs, with the place', () => {
  const steps = changed(3, (step) => {
    const context = { ...step.record.context, outputBytes: 99 };
    return { ...step, record: { ...step.record, context } };
  });

  const [, , , exited] = replaySteps(RUN, steps);

  assert.is(exited?.outcome, 'differs');
  assert.equal(exited?.differences, [{ path: 'context.outputBytes', before: 99, after: 0 }]);
});

test('a time in a state that does not follow from the events differs', () => {
  const steps = changed(5, (step) => ({ ...step, record: { ...step.record, sinceMs: 1 } }));

  assert.equal(replaySteps(RUN, steps)[5]?.differences[0]?.path, 'sinceMs');
});

test('an effect that the event has not ordered differs', () => {
  const steps = changed(5, (step) => ({ ...step, record: { ...step.record, outbox: [] } }));

  const [change] = replaySteps(RUN, steps)[5]?.differences ?? [];

  assert.is(change?.path, 'effects.0');
});

test('what only its host knows may be anything', () => {
  const steps = changed(5, (step) => {
    const effect = { type: 'alarm' as const, reason: 'r', message: 'not performed yet' };
    const outbox = [{ n: 0, revision: 3, effect }, ...step.record.outbox];
    return { ...step, record: { ...step.record, by: 'x', mailboxSequence: 8, outbox } };
  });

  assert.equal(outcomes(steps), same(6));
});

test('an event that the machine would refuse now differs, with the reason', () => {
  const steps = changed(5, (step) => {
    const data = { ...step.event.data, claimant: 'reaper-1' };
    return { ...step, event: { ...step.event, data } };
  });

  const { outcome, reason } = replaySteps(RUN, steps)[5] ?? {};

  assert.is(outcome, 'differs');
  assert.match(reason ?? '', /^claim is refused now \(not-now/);
});

test('a missing revision is found, and the life goes on behind it', () => {
  const [, missing, ...others] = claimedLife();
  const steps = claimedLife().filter(({ revision }) => revision !== missing?.revision);

  assert.equal(outcomes(steps), ['same', 'not-replayable', ...same(others.length - 1)]);
  assert.match(replaySteps(RUN, steps)[1]?.reason ?? '', /are missing/);
});

test('the first revision that is kept is no opening: it cannot be replayed, and those behind it can', () => {
  assert.equal(outcomes(claimedLife().slice(2)), ['not-replayable', ...same(3)]);
});

test('an event without its data, or without its door, cannot be replayed', () => {
  const withoutData = changed(2, (step) => ({ ...step, event: { ...step.event, data: null } }));
  const ofBefore = changed(0, (step) => ({ ...step, event: { ...step.event, door: '' } }));

  assert.equal(outcomes(withoutData), [...same(2), 'not-replayable', ...same(3)]);
  assert.equal(outcomes(ofBefore), ['not-replayable', ...same(5)]);
});

test('a record in a state that this version does not have stops nothing', () => {
  const steps = changed(2, (step) => ({ ...step, record: { ...step.record, state: 'nowhere' } }));

  const replayed = replaySteps(RUN, steps);

  assert.equal(
    replayed.map(({ outcome }) => outcome),
    ['same', 'same', 'differs', 'differs', 'same', 'same'],
  );
  assert.match(replayed[3]?.reason ?? '', /could not be decided/);
});

test('the records between are made again from the first one and the events', () => {
  assert.equal(remadeDifferences(RUN, claimedLife()), []);
});

test('from where a state comes out otherwise, nothing more is made again', () => {
  const steps = archivedLife(claimedLife()).map((step, n) =>
    n === 2 ? { ...step, state: 'finalizing' } : step,
  );

  const replayed = replaySteps(RUN, steps);

  assert.equal(
    replayed.map(({ outcome }) => outcome),
    ['same', 'same', 'differs', ...Array.from({ length: 3 }, () => 'not-replayable')],
  );
  assert.equal(
    replayed.map(({ record }) => record === null),
    [false, false, true, true, true, false],
  );
});

test('what was left out of an event, and filled in, is taken again as it stands', () => {
  const life = recordLife(openRun({ kind: 'external' }));
  life.send(ask('started'));
  life.send(ask('progress'));
  life.send(ask('exited'));
  life.send(ask('finalize-step', { step: 's', key: 'k' }));
  life.send(ask('claim', { claimant: 'publisher-1', verdict: { kind: 'pass', cause: 'c' } }));

  assert.equal(outcomes(life.steps()), same(6));
});

test.run();
