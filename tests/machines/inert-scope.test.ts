// decide steps machines in one inert scope of its own. Over whatever state random events lead to, that
// gives the same states, contexts and effects as XState's own functions do.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type AnyMachineSnapshot,
  type ExecutableActionsFrom,
  initialTransition,
  transition,
} from 'xstate';
import { type Address, parseAddress } from '../../machines/address.ts';
import { type Decision, decide, isFinished } from '../../machines/decide.ts';
import type { ActorEvent } from '../../machines/event.ts';
import { decodeRecord, encodeRecord, type Stored } from '../../machines/record.ts';
import { type ActorDefinition, definitionOf } from '../../machines/registry.ts';
import { itemSteps, runSteps } from '../support/event-sequences.ts';
import {
  ITEM,
  itemOpening,
  OPENED_AT_MS,
  openActor,
  RUN,
  runOpening,
  type Step,
  type StepMaker,
} from '../support/machine-steps.ts';

const STAGES = [
  { name: 'build', onFail: 'build' },
  { name: 'ok', kind: 'approval', onReject: 'build' },
  { name: 'release', kind: 'external' },
] as const;

type Actions = ExecutableActionsFrom<ActorDefinition['machine']>[];

function setup(address: string): { definition: ActorDefinition; parsed: Address } {
  const parsed = parseAddress(address);
  const definition = parsed === null ? null : definitionOf(parsed.kind);
  if (parsed === null || definition === null) throw new Error(`no machine for ${address}`);
  return { parsed, definition };
}

function outcomeOf(definition: ActorDefinition, snapshot: AnyMachineSnapshot, actions: Actions) {
  const effects = actions.flatMap(({ type, info }) => definition.effects[type]?.(info) ?? []);
  // Through JSON, as both are stored.
  return JSON.parse(JSON.stringify({ state: snapshot.value, context: snapshot.context, effects }));
}

function ourOutcome(decision: Extract<Decision, { outcome: 'applied' }>) {
  const { state, context } = decision.record;
  const effects = decision.effects.map(({ effect }) => effect);
  return JSON.parse(JSON.stringify({ state, context, effects }));
}

/** What XState itself makes of an event; null when it is refused. */
function theirOutcome(definition: ActorDefinition, stored: Stored, event: ActorEvent) {
  const data = definition.schemas[event.type]?.safeParse(event.data);
  if (!data?.success || isFinished(stored.record)) return null;
  const { context, state: value } = stored.record;
  if (definition.fence(context, event, data.data as Record<string, unknown>)) return null;
  const before = definition.machine.resolveState({ value, context });
  const fields = { ...event, data: data.data, revision: stored.revision };
  const [after, actions] = transition(definition.machine, before, fields);
  return after === before && actions.length === 0 ? null : outcomeOf(definition, after, actions);
}

function compare(address: string, opening: Step, steps: (Step | StepMaker)[]): void {
  const { definition } = setup(address);
  const actor = openActor(address, opening);
  for (const [n, given] of steps.entries()) {
    const stored = actor.stored();
    const step = typeof given === 'function' ? given(stored) : given;
    const atMs = step.atMs ?? stored.record.event.atMs;
    const event = { ...step, address, id: `compared-${n}`, atMs };
    const decision = decide(stored, event);
    const ours = decision.outcome === 'applied' ? ourOutcome(decision) : null;
    assert.equal(ours, theirOutcome(definition, stored, event));
    actor.send({ ...step, atMs });
  }
}

function compareOpening(address: string, opening: Step): void {
  const { definition, parsed } = setup(address);
  const data = definition.schemas['open']?.parse(opening.data);
  const event = { address, id: 'first', atMs: OPENED_AT_MS, ...opening };
  const input = { ...definition.inputOf(parsed), ...event, data, revision: 0 };

  const [snapshot, actions] = initialTransition(definition.machine, input);
  const decision = decide(null, event);

  const ours = decision.outcome === 'applied' ? ourOutcome(decision) : null;
  assert.equal(ours, outcomeOf(definition, snapshot, actions));
}

test('opening gives what XState gives', () => {
  compareOpening(RUN, runOpening());
  compareOpening(RUN, runOpening({ kind: 'approval' }));
  compareOpening(ITEM, itemOpening([...STAGES]));
  compareOpening(ITEM, itemOpening([{ kind: 'approval', approve: 'auto' }]));
});

test('a run steps as XState steps it', () => {
  const kinds = fc.constantFrom('agent' as const, 'external' as const, 'approval' as const);

  fc.assert(
    fc.property(kinds, runSteps, (kind, steps) => compare(RUN, runOpening({ kind }), steps)),
    { numRuns: 200 },
  );
});

test('an item steps as XState steps it', () => {
  fc.assert(
    fc.property(itemSteps, (steps) => compare(ITEM, itemOpening([...STAGES]), steps)),
    { numRuns: 200 },
  );
});

test('whatever state events lead to, its record is read as it was written', () => {
  fc.assert(
    fc.property(itemSteps, runSteps, (ofItem, ofRun) => {
      const actors = [openActor(ITEM, itemOpening([...STAGES])), openActor(RUN, runOpening())];
      for (const step of ofItem) actors[0]?.send(step);
      for (const step of ofRun) actors[1]?.send(step);
      for (const { record } of actors.map((actor) => actor.stored())) {
        assert.equal(decodeRecord(encodeRecord(record), definitionOf), { outcome: 'ok', record });
      }
    }),
  );
});

test('nothing remains in the scope from one step to the next', () => {
  const first = openActor(RUN, runOpening());
  const second = openActor(RUN, runOpening());
  first.send({ type: 'started', data: { epoch: 1, worker: 'worker-1' }, door: 'ask' });

  assert.is(second.state(), 'running.queued');
  assert.is(second.run().worker, null);
});

test.run();
