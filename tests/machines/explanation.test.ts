// Why an event was accepted or refused: the ways out of a state in the order they are tried, and what each asks.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMachine } from 'xstate';
import type { ActorEvent } from '../../machines/event.ts';
import { type Candidate, explainEvent, waysOut } from '../../machines/explanation.ts';
import { graphOf } from '../../machines/graph.ts';
import { stateName } from '../../machines/record.ts';
import { ACTOR_KINDS, definitionOf } from '../../machines/registry.ts';
import { itemSteps, runSteps } from '../support/event-sequences.ts';
import {
  ask,
  claim,
  ITEM,
  itemOpening,
  openActor,
  openRun,
  RUN,
  runOpening,
  type Step,
  type StepMaker,
  type TestActor,
  verdictOf,
} from '../support/machine-steps.ts';

const started = ask('started', { epoch: 1, worker: 'worker-1' });
const exited = ask('exited', { epoch: 1, code: 0 });

function eventOf(actor: TestActor, given: Step | StepMaker, id = 'asked'): ActorEvent {
  const stored = actor.stored();
  const step = typeof given === 'function' ? given(stored) : given;
  return { address: RUN, id, atMs: stored.record.event.atMs, ...step };
}

function explained(actor: TestActor, step: Step | StepMaker) {
  return explainEvent(actor.stored(), eventOf(actor, step));
}

function answers(candidates: readonly Candidate[]): [string | null, boolean | null][] {
  return candidates.map(({ guard, holds }) => [guard, holds]);
}

/** A run whose worker has ended its command and finalizes it. */
function finalizing(): TestActor {
  const actor = openRun();
  actor.send(started);
  actor.send(exited);
  return actor;
}

test('every guard of every machine has a meaning, and nothing else has one', () => {
  const named = ACTOR_KINDS.map((kind) => {
    const definition = definitionOf(kind);
    const graph = definition === null ? null : graphOf(definition.machine);
    const guards = graph?.transitions.flatMap(({ guard }) => guard ?? []) ?? [];
    return [...new Set(guards)].sort();
  });
  const explainedGuards = ACTOR_KINDS.map((kind) =>
    Object.keys(definitionOf(kind)?.guardMeanings ?? {}).sort(),
  );

  assert.equal(explainedGuards, named);
});

test('a guard that does not hold is named, with what it asks', () => {
  const { decision, candidates } = explained(finalizing(), claim('reaper-1'));

  assert.is(decision.outcome, 'refused');
  assert.is(candidates.length, 1);
  const [only] = candidates;
  assert.equal(
    [only?.from, only?.to, only?.guard, only?.holds],
    ['finalizing', 'claimed', 'canClaimBeforeGrace', false],
  );
  assert.match(only?.asks ?? '', /until the grace is over/);
});

test('a guard that holds is named, and the decision is made', () => {
  const { decision, candidates } = explained(finalizing(), claim('worker-1'));

  assert.is(decision.outcome, 'applied');
  assert.equal(answers(candidates), [['canClaimBeforeGrace', true]]);
});

test('what comes behind the transition that is taken was not tried', () => {
  const actor = openRun();
  actor.send(started);

  const { candidates } = explained(actor, ask('worker-lost', { epoch: 1, worker: 'worker-1' }));

  assert.equal(answers(candidates), [
    ['isLostWithEpochLeft', true],
    ['isItsWorker', null],
  ]);
});

test('when none is taken, all were tried', () => {
  const actor = openRun();
  actor.send(started);

  const { candidates } = explained(actor, ask('worker-lost', { epoch: 1, worker: 'worker-9' }));

  assert.equal(answers(candidates), [
    ['isLostWithEpochLeft', false],
    ['isItsWorker', false],
  ]);
});

test('a transition without a guard asks nothing, and holds', () => {
  const actor = openRun();
  actor.send(started);

  const { candidates } = explained(actor, ask('progress', { epoch: 1 }));

  assert.equal(candidates.slice(1), [
    { from: 'running.starting', to: 'running.working', guard: null, asks: '', holds: true },
  ]);
});

test('nothing answers to an event that a state does not know, nor in a final state', () => {
  const ended = openRun({ kind: 'external' });
  ended.send({ type: 'cancel', data: {}, door: 'tell' });

  assert.equal(explained(finalizing(), started).candidates, []);
  assert.equal(explained(ended, ask('exited', { code: 0 })).candidates, []);
  assert.equal(explained(finalizing(), ask('no-such-event')).candidates, []);
});

test('what is refused before the machine is asked has tried nothing', () => {
  const actor = finalizing();
  const verdict = verdictOf('pass');
  const stale = ask('claim', { epoch: 9, claimant: 'worker-1', verdict });
  const misshapen = ask('claim', { epoch: 1 });
  const moved = ask('finalize-step', { epoch: 1, step: 's', key: 'k', ifRevision: 1 });

  assert.equal(answers(explained(actor, stale).candidates), [['canClaimBeforeGrace', null]]);
  assert.equal(answers(explained(actor, misshapen).candidates), [['canClaimBeforeGrace', null]]);
  assert.equal(answers(explained(actor, moved).candidates), [[null, null]]);
});

test('a repeat has tried nothing', () => {
  const actor = openRun();
  actor.send({ ...started, id: 'known' });
  const repeat = eventOf(actor, ask('progress', { epoch: 1 }), 'known');

  const { decision, candidates } = explainEvent(actor.stored(), repeat);

  assert.is(decision.outcome, 'repeated');
  assert.equal(answers(candidates), [
    ['reachesCap', null],
    [null, null],
  ]);
});

test('the transitions of a parent are tried after those of the state within it, the machine last', () => {
  const machine = createMachine({
    id: 'nested',
    initial: 'outer',
    on: { go: '.last' },
    states: {
      outer: {
        initial: 'inner',
        on: { go: 'last' },
        states: { inner: { on: { go: '#nested.last' } } },
      },
      last: {},
    },
  });

  assert.equal(
    waysOut(graphOf(machine), 'outer.inner', 'go').map(({ from }) => from),
    ['outer.inner', 'outer', ''],
  );
});

test('a record in a state that this version does not have is explained without an error', () => {
  const stored = finalizing().stored();
  const foreign = { ...stored, record: { ...stored.record, state: 'nowhere' } };

  const { decision, candidates } = explainEvent(foreign, eventOf(finalizing(), exited));

  assert.is(decision.outcome === 'refused' && decision.reason, 'schema');
  assert.equal(candidates, []);
});

/** Along a random life, every explanation fits what is decided. */
function explainLife(actor: TestActor, address: string, steps: (Step | StepMaker)[]): void {
  for (const given of steps) {
    const stored = actor.stored();
    const step = typeof given === 'function' ? given(stored) : given;
    const atMs = step.atMs ?? stored.record.event.atMs;
    const event = { address, id: 'explained', ...step, atMs };
    const { decision, candidates } = explainEvent(stored, event);
    const taken = candidates.filter(({ holds }) => holds === true);
    assert.is(taken.length, decision.outcome === 'applied' ? 1 : 0);
    if (decision.outcome === 'applied') {
      const to = taken[0]?.to ?? stateName(stored.record.state);
      assert.is(stateName(decision.record.state), to);
    }
    actor.send({ ...step, atMs });
  }
}

test('over whole lives of runs, exactly what is applied has a transition that holds, and leads there', () => {
  const kinds = fc.constantFrom('agent' as const, 'external' as const, 'approval' as const);

  fc.assert(
    fc.property(kinds, runSteps, (kind, steps) =>
      explainLife(openActor(RUN, runOpening({ kind })), RUN, steps),
    ),
    { numRuns: 300 },
  );
});

test('over whole lives of items, exactly what is applied has a transition that holds, and leads there', () => {
  const opening = itemOpening([{ name: 'build' }, { name: 'ok', kind: 'approval' }]);

  fc.assert(
    fc.property(itemSteps, (steps) => explainLife(openActor(ITEM, opening), ITEM, steps)),
    { numRuns: 300 },
  );
});

test.run();
