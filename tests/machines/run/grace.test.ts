// The law of grace. Each rule is an assertion on a machine: it holds for ours, and it fails for a machine
// in which the law was taken out, which is what a broken reaper would look like.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assign } from 'xstate';
import type { RunContext } from '../../../machines/run/context.ts';
import type { RunEvent } from '../../../machines/run/events.ts';
import { isEvaluatedHere } from '../../../machines/run/guards.ts';
import { runMachine } from '../../../machines/run/machine.ts';
import {
  ask,
  claim,
  deadline,
  OPENED_AT_MS,
  openRun,
  RUN,
  runOpening,
  type Step,
  statesAfter,
  verdictOf,
} from '../../support/machine-steps.ts';
import { isBroken, walk } from '../../support/machine-walk.ts';

const GRACE_MS = 10_000;
const opening = runOpening({ graceMs: GRACE_MS });
const started = ask('started', { epoch: 1, worker: 'worker-1' });
const exited = ask('exited', { epoch: 1, code: 0 });
const after = (ms: number) => OPENED_AT_MS + ms;
const elapsed = (ms: number) => deadline('grace-elapsed', after(ms));
const stepAt = (ms: number) => ask('finalize-step', { epoch: 1, step: 's', key: 'k' }, after(ms));
const claimOn = (claimant: string, evaluatedRevision: number) =>
  ask('claim', { epoch: 1, claimant, evaluatedRevision, verdict: verdictOf('pass') });

type Machine = typeof runMachine;

function lastState(machine: Machine, ...steps: Step[]): string | undefined {
  return walk(machine, { address: RUN, opening, steps }).states.at(-1);
}

/** Shows that a rule holds for our machine and catches a machine without the law. */
function caught(rule: (machine: Machine) => void, mutant: Machine): void {
  assert.not(isBroken(rule, runMachine));
  assert.ok(isBroken(rule, mutant));
}

function graceIsWaitedFor(machine: Machine): void {
  assert.is(lastState(machine, started, exited, elapsed(GRACE_MS - 1)), 'finalizing');
}

function finalizationRenewsGrace(machine: Machine): void {
  const steps = [started, exited, stepAt(6_000), elapsed(GRACE_MS)];

  assert.is(lastState(machine, ...steps), 'finalizing');
}

function onlyTheWorkerClaimsBeforeGrace(machine: Machine): void {
  assert.is(lastState(machine, started, exited, claimOn('reaper-1', 3)), 'finalizing');
}

function staleClaimsAreRefused(machine: Machine): void {
  const steps = [started, exited, stepAt(1), claimOn('worker-1', 3)];

  assert.is(lastState(machine, ...steps), 'finalizing');
}

test('a reaper that ignores grace is caught', () => {
  caught(graceIsWaitedFor, runMachine.provide({ guards: { isGraceOver: () => true } }));
});

test('a reaper that counts the grace from the exit alone is caught', () => {
  const armOnce = assign<RunContext, RunEvent, unknown, RunEvent, never>(({ context }) =>
    context.deadlines['grace-elapsed'] === undefined
      ? { deadlines: { 'grace-elapsed': after(GRACE_MS) } }
      : {},
  );

  caught(finalizationRenewsGrace, runMachine.provide({ actions: { armGrace: armOnce } }));
});

test('a reaper that claims without waiting for the grace is caught', () => {
  const guards = { canClaimBeforeGrace: isEvaluatedHere };

  caught(onlyTheWorkerClaimsBeforeGrace, runMachine.provide({ guards }));
});

test('a claim on an older revision than the present one is caught', () => {
  const guards = { canClaimBeforeGrace: () => true };

  caught(staleClaimsAreRefused, runMachine.provide({ guards }));
});

test('a run without a recorded exit has no grace to expire', () => {
  assert.is(lastState(runMachine, started, elapsed(GRACE_MS * 10)), 'running.starting');
});

test('a run is up for evaluation as soon as its grace has passed', () => {
  const actor = openRun({ graceMs: GRACE_MS });

  const states = statesAfter(actor, started, exited, elapsed(GRACE_MS));

  assert.is(states.at(-1), 'graceExpired');
  assert.equal(actor.effects(), [
    { type: 'job', pool: 'default', kind: 'evaluate', project: 'shop', epoch: 1 },
  ]);
});

test('the grace of a stage takes precedence over that of the fleet', () => {
  const actor = openRun({ graceMs: GRACE_MS }, { graceMs: 60_000 });

  statesAfter(actor, started, exited);

  assert.equal(actor.run().deadlines, { 'grace-elapsed': after(GRACE_MS) });
});

test('the late worker may still win after its grace', () => {
  const actor = openRun({ graceMs: GRACE_MS });

  const states = statesAfter(
    actor,
    ...[started, exited, elapsed(GRACE_MS)],
    claim('worker-1'),
    claim('reaper-1'),
  );

  assert.equal(states.slice(2), ['graceExpired', 'claimed', 'claimed (not-now)']);
  assert.is(actor.run().claim?.claimant, 'worker-1');
});

test('an evaluation that the late worker has overtaken loses, and says so', () => {
  const actor = openRun({ graceMs: GRACE_MS });
  statesAfter(actor, started, exited, elapsed(GRACE_MS));
  const { revision } = actor.stored();

  const states = statesAfter(actor, stepAt(GRACE_MS), claimOn('reaper-1', revision));

  assert.equal(states, ['graceExpired', 'graceExpired (revision)']);
});

test('an evaluation that nobody answers is asked for again', () => {
  const actor = openRun({ graceMs: GRACE_MS }, { evaluationTimeoutMs: 5_000 });
  statesAfter(actor, started, exited, elapsed(GRACE_MS));

  const states = statesAfter(
    actor,
    deadline('evaluation-overdue', after(GRACE_MS + 4_999)),
    deadline('evaluation-overdue', after(GRACE_MS + 5_000)),
  );

  assert.equal(states, ['graceExpired (not-now)', 'graceExpired']);
  assert.is(actor.effects().length, 1);
});

test('a run whose finalization goes on is never up for evaluation', () => {
  const gapsMs = fc.array(fc.integer({ min: 0, max: GRACE_MS - 1 }), { maxLength: 40 });

  fc.assert(
    fc.property(gapsMs, (gaps) => {
      let nowMs = 0;
      const steps = gaps.flatMap((gapMs) => {
        nowMs += gapMs;
        return [elapsed(nowMs), stepAt(nowMs)];
      });
      const states = statesAfter(openRun({ graceMs: GRACE_MS }), started, exited, ...steps);
      assert.not(states.includes('graceExpired'));
    }),
  );
});

test.run();
