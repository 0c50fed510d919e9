// Goal: every transition of every machine is taken, and a record goes where the graph of its machine says.
// Method: xstate/graph finds the shortest path over each transition; decide walks it on a stored record.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AnyStateMachine, createMachine } from 'xstate';
import { graphOf } from '../../../machines/graph.ts';
import { ACTOR_KINDS, definitionOf } from '../../../machines/registry.ts';
import { runMachine } from '../../../machines/run/machine.ts';
import { runOpening } from '../../support/machine-steps.ts';
import {
  ACCOUNT_SUBJECT,
  DEPLOYMENT_SUBJECT,
  ITEM_SUBJECT,
  MERGE_SUBJECT,
  RUN_SUBJECT,
} from './subjects.ts';
import { createTally, tracedMachine } from './transition-tally.ts';
import { walkAllPaths } from './walked-paths.ts';

const SUBJECTS = [RUN_SUBJECT, ITEM_SUBJECT, ACCOUNT_SUBJECT, MERGE_SUBJECT, DEPLOYMENT_SUBJECT];
/** A run of few paths, for what is broken on purpose. */
const APPROVAL = { ...RUN_SUBJECT, openings: [runOpening({ kind: 'approval' })] };

/** A copy of the machine with other answers to some events in one of its states. */
function withTransition(machine: AnyStateMachine, state: string, on: object): AnyStateMachine {
  const config = structuredClone(machine.config.states) as Record<string, { on?: object }>;
  const states = { ...config, [state]: { ...config[state], on: { ...config[state]?.on, ...on } } };
  return createMachine({ ...machine.config, states } as never, machine.implementations as never);
}

test('every machine there is has its paths', () => {
  assert.equal(
    SUBJECTS.map(({ machine }) => machine.id),
    ACTOR_KINDS.map((kind) => definitionOf(kind)?.machine.id),
  );
});

test('a run goes where its graph says, and every transition of it is taken', () => {
  const { differences, tally } = walkAllPaths(RUN_SUBJECT);

  assert.equal(differences, []);
  assert.equal(tally.unexercised(), []);
});

test('an item goes where its graph says, and every transition of it is taken', () => {
  const { differences, tally } = walkAllPaths(ITEM_SUBJECT);

  assert.equal(differences, []);
  assert.equal(tally.unexercised(), []);
});

test('an account goes where its graph says, and every transition of it is taken', () => {
  const { differences, tally } = walkAllPaths(ACCOUNT_SUBJECT);

  assert.equal(differences, []);
  assert.equal(tally.unexercised(), []);
});

test('a transition that no path takes is reported', () => {
  const gone = { target: 'cancelled', guard: 'isGraceOver' };
  const machine = withTransition(runMachine, 'claimed', { gone });

  const { tally } = walkAllPaths(APPROVAL, machine);

  assert.ok(tally.unexercised().includes('claimed gone #1'), tally.unexercised().join());
  assert.not(tally.unexercised().includes('claimed advance-confirmed #1'));
});

test('a branch behind another that always holds is reported', () => {
  const leases = [{ target: 'advanced' }, { guard: 'isDue', target: 'cancelled' }];
  const machine = withTransition(runMachine, 'claimed', { 'lease-elapsed': leases });

  const { tally } = walkAllPaths(APPROVAL, machine);

  assert.ok(tally.unexercised().includes('claimed lease-elapsed #2'), tally.unexercised().join());
});

test('a record that goes another way than the graph is reported', () => {
  const machine = withTransition(runMachine, 'claimed', { 'lease-elapsed': 'advanced' });

  const { differences } = walkAllPaths(APPROVAL, machine);

  assert.ok(differences.includes('graph: claimed,advanced; record: claimed,claimed'));
});

test('the copy that tells what it takes has the transitions of the machine, in the same order', () => {
  const edgesOf = (machine: AnyStateMachine) =>
    graphOf(machine).transitions.map(({ from, event, guard, to }) => [from, event, guard, to]);

  for (const { machine } of SUBJECTS) {
    assert.equal(edgesOf(tracedMachine(machine)), edgesOf(machine));
    assert.is(new Set(createTally(machine).unexercised()).size, edgesOf(machine).length);
  }
});

test.run();
