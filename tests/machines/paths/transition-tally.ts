// Counts how often each transition of a machine is taken: every guarded branch is one of its own.
// A copy of the machine tells which branch it took; decide itself must never be asked, nor changed.
import { type AnyMachineSnapshot, type AnyStateMachine, createMachine, transition } from 'xstate';
import { graphOf, type TransitionGraph } from '../../../machines/graph.ts';

/** The action that the copy carries on every transition, before its own. */
const TAKEN = 'taken by the tally';

export interface CountedTransition extends TransitionGraph {
  /** `from event #n`: the nth branch that answers to the event in that state, counted from 1. */
  key: string;
  count: number;
}

export interface TransitionTally {
  /** Counts what was taken, as `takenBy` and `takenAtOpening` name it. */
  add(keys: readonly string[]): void;
  /** In the order in which the machine is written. */
  rows(): CountedTransition[];
  /** Keys of the transitions that were never taken. */
  unexercised(): string[];
}

type EventObject = { type: string };
type Config = Record<string, unknown>;
/** An action as XState hands it out: its name and what it was given. */
type Executed = { type: string; params: unknown };

/** The machine once more, with every transition telling its key. */
export function tracedMachine(machine: AnyStateMachine): AnyStateMachine {
  const { actions, guards, actors, delays } = machine.implementations;
  const implementations = { actions: { ...actions, [TAKEN]: () => {} }, guards, actors, delays };
  const config = traced(machine.config as Config, '');
  return createMachine(config as never, implementations as never) as AnyStateMachine;
}

/** The keys of the transitions that would answer to an event; many times faster, as nothing is executed. */
export function answering(
  machine: AnyStateMachine,
  before: AnyMachineSnapshot,
  event: EventObject,
): string[] {
  return takenAmong(
    machine.getTransitionData(before, event).flatMap(({ actions }) => actions) as Executed[],
  );
}

/** The keys of the transitions that a traced machine takes for an event; empty when it refuses. */
export function takenBy(
  machine: AnyStateMachine,
  before: AnyMachineSnapshot,
  event: EventObject,
): string[] {
  const [, actions] = transition(machine, before, event);
  return takenAmong(actions);
}

/** The keys among the actions of a traced machine. */
export function takenAmong(actions: readonly Executed[]): string[] {
  return actions
    .filter(({ type }) => type === TAKEN)
    .map(({ params }) => String((params as { key: string }).key));
}

/** A tally over every transition of the machine. */
export function createTally(machine: AnyStateMachine): TransitionTally {
  const counts = new Map(keyed(machine).map(({ key }) => [key, 0]));
  const rows = () => keyed(machine).map((row) => ({ ...row, count: counts.get(row.key) ?? 0 }));
  return {
    rows,
    add(keys) {
      for (const key of keys) {
        const count = counts.get(key);
        if (count === undefined) throw new Error(`no transition has the key ${key}`);
        counts.set(key, count + 1);
      }
    },
    unexercised: () =>
      rows()
        .filter(({ count }) => count === 0)
        .map(({ key }) => key),
  };
}

function keyed(machine: AnyStateMachine): Omit<CountedTransition, 'count'>[] {
  const seen = new Map<string, number>();
  return graphOf(machine).transitions.map((row) => {
    const name = nameOf(row.from, row.event);
    const position = (seen.get(name) ?? 0) + 1;
    seen.set(name, position);
    return { ...row, key: keyOf(row.from, row.event, position) };
  });
}

function traced(node: Config, path: string): Config {
  const states = Object.entries((node['states'] ?? {}) as Record<string, Config>);
  const on = Object.entries((node['on'] ?? {}) as Config);
  return {
    ...node,
    ...(states.length === 0
      ? {}
      : {
          states: Object.fromEntries(
            states.map(([name, child]) => [name, traced(child, path ? `${path}.${name}` : name)]),
          ),
        }),
    ...(on.length === 0
      ? {}
      : { on: Object.fromEntries(on.map(([type, edges]) => [type, telling(edges, path, type)])) }),
    ...(node['always'] === undefined ? {} : { always: telling(node['always'], path, null) }),
  };
}

function telling(edges: unknown, from: string, event: string | null): Config[] {
  return (Array.isArray(edges) ? edges : [edges]).map((edge: unknown, index) => {
    const config = (typeof edge === 'string' ? { target: edge } : edge) as Config;
    const own = config['actions'] ?? [];
    const told = { type: TAKEN, params: { key: keyOf(from, event, index + 1) } };
    return { ...config, actions: [told, ...(Array.isArray(own) ? own : [own])] };
  });
}

function keyOf(from: string, event: string | null, position: number): string {
  return `${nameOf(from, event)} #${position}`;
}

function nameOf(from: string, event: string | null): string {
  return `${from} ${event ?? '(at once)'}`;
}
