// Steps any machine, a mutated one included, with XState's own functions and nothing of ours between.
// It must never be used to test decide: it has no fences, no repeats and no envelope.

import { Assertion } from 'uvu/assert';
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  initialTransition,
  transition,
} from 'xstate';
import { parseAddress } from '../../machines/address.ts';
import { stateName } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import { OPENED_AT_MS, type Step } from './machine-steps.ts';

export interface Walk {
  /** The state after each step. */
  states: string[];
  /** Names of the actions each step executed. */
  actions: string[][];
}

export interface WalkOptions {
  address: string;
  opening: Step;
  /** Revisions count from 1, one for each step, refused or not. */
  steps: Step[];
}

/** Walks a machine from its opening through the steps. */
export function walk(machine: AnyStateMachine, { address, opening, steps }: WalkOptions): Walk {
  const parsed = parseAddress(address);
  const definition = parsed && definitionOf(parsed.kind);
  if (parsed === null || definition === null) throw new Error(`no machine for ${address}`);
  const eventOf = ({ type, data, door, atMs = OPENED_AT_MS }: Step, revision: number) => {
    const fields = definition.schemas[type]?.parse(data);
    return { type, data: fields, door, atMs, revision, id: `event-${revision}` };
  };
  const input = { ...definition.inputOf(parsed), ...eventOf(opening, 0) };
  let [snapshot] = initialTransition(machine, input) as [AnyMachineSnapshot, unknown];
  const walked = steps.map((step, n) => {
    const [next, actions] = transition(machine, snapshot, eventOf(step, n + 1));
    snapshot = next as AnyMachineSnapshot;
    return { state: stateName(snapshot.value), actions: actions.map(({ type }) => type) };
  });
  return {
    states: walked.map(({ state }) => state),
    actions: walked.map(({ actions }) => actions),
  };
}

/** True when the rule, an assertion on a machine, does not hold for this one. */
export function isBroken<Machine>(rule: (machine: Machine) => void, machine: Machine): boolean {
  try {
    rule(machine);
    return false;
  } catch (error) {
    if (error instanceof Assertion) return true;
    throw error;
  }
}
