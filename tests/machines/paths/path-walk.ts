// Walks paths and moves with a real record, through decide, and counts the transitions that were taken.
// It must never correct a record that goes another way than the graph: that is what it is to show.
import { type AnyMachineSnapshot, type AnyStateMachine, initialTransition } from 'xstate';
import type { Decision } from '../../../machines/decide.ts';
import type { Stored } from '../../../machines/record.ts';
import { definitionOf } from '../../../machines/registry.ts';
import { openActor, type Step, type TestActor } from '../../support/machine-steps.ts';
import type { PathStep } from './machine-paths.ts';
import { openingInput } from './opening.ts';
import type { Move, Opening, Situation } from './situation.ts';
import {
  answering,
  type TransitionTally,
  takenAmong,
  takenBy,
  tracedMachine,
} from './transition-tally.ts';

export interface Walker<Context> {
  /** A new actor, whose opening is counted. */
  open(opening: Opening<Context>): WalkedActor<Context>;
}

export interface WalkedActor<Context> {
  actor: TestActor;
  /** Everything that could be sent now. */
  moves(): Move[];
  /** Those of the moves that the machine answers to, told by its copy. */
  fitting(): Move[];
  /** Sends one event; counts what it takes when it is applied. */
  send(step: Step): Decision;
  situation(): Situation<Context>;
}

export interface WalkerOptions<Context> {
  machine: AnyStateMachine;
  address: string;
  moves: (situation: Situation<Context>) => Move[];
  tally: TransitionTally;
}

export function createWalker<Context>(options: WalkerOptions<Context>): Walker<Context> {
  const traced = tracedMachine(options.machine);
  return {
    open(opening) {
      options.tally.add(takenAtOpening(traced, options.address, opening));
      const { prelude = [], ...step } = opening;
      const actor = walked(openActor(options.address, step), traced, options);
      for (const send of prelude) actor.send(send(actor.situation().context));
      return actor;
    },
  };
}

/** The states that a walk along the path led to, in the order of its steps. */
export function walkPath<Context>(
  { moves, send, actor }: WalkedActor<Context>,
  path: readonly PathStep[],
): string[] {
  return path.map(({ move }) => {
    const step = moves()[move];
    const decision = step && send(step);
    return decision?.outcome === 'applied' ? actor.state() : `${actor.state()} (refused)`;
  });
}

function walked<Context>(
  actor: TestActor,
  traced: AnyStateMachine,
  { moves, tally }: WalkerOptions<Context>,
): WalkedActor<Context> {
  const situation = () => {
    const { record, revision } = actor.stored();
    return { context: record.context as unknown as Context, revision };
  };
  return {
    actor,
    situation,
    moves: () => moves(situation()),
    fitting() {
      const stored = actor.stored();
      return moves(situation()).filter((step) => isAnswered(traced, stored, step));
    },
    send(step) {
      const before = actor.stored();
      const decision = actor.send(step);
      if (decision.outcome === 'applied') tally.add(takenByRecord(traced, before, step));
      return decision;
    },
  };
}

function isAnswered(machine: AnyStateMachine, stored: Stored, step: Step): boolean {
  const { snapshot, event } = asGiven(machine, stored, step);
  if (event.data === undefined || snapshot.status === 'done') return false;
  return answering(machine, snapshot, event).length > 0;
}

/** What the record takes for the step, told by the traced machine. */
function takenByRecord(machine: AnyStateMachine, stored: Stored, step: Step): string[] {
  const { snapshot, event } = asGiven(machine, stored, step);
  return takenBy(machine, snapshot, event);
}

function asGiven(machine: AnyStateMachine, { record, revision }: Stored, step: Step) {
  const { type, door, atMs = record.event.atMs } = step;
  const data = definitionOf(record.machine)?.schemas[type]?.safeParse(step.data).data;
  const event = { type, data, door, atMs, revision, id: 'counted' };
  const snapshot = machine.resolveState({ value: record.state, context: record.context });
  return { snapshot: snapshot as AnyMachineSnapshot, event };
}

function takenAtOpening(machine: AnyStateMachine, address: string, opening: Step): string[] {
  const [, actions] = initialTransition(machine, openingInput(address, opening));
  return takenAmong(actions);
}
