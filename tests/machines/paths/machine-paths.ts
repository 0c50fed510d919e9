// The shortest path to every state and over every transition of a machine, found by xstate/graph.
// A path is a list of moves by their number, so that it can be walked by a real record at its own times.
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  initialTransition,
  transition,
} from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { stateName } from '../../../machines/record.ts';
import { definitionAt, openingInput } from './opening.ts';
import type { Move, Opening, Situation } from './situation.ts';
import { answering, tracedMachine } from './transition-tally.ts';

export interface PathStep {
  /** Which of the moves, counted from 0. */
  move: number;
  /** The state that the graph leads to. */
  state: string;
}

export interface PathsOptions<Context> {
  address: string;
  opening: Opening<Context>;
  moves: (situation: Situation<Context>) => Move[];
  /** What of the context decides how things can go on: two states alike in it are one. */
  essenceOf: (context: Context) => unknown;
  /** Moves that would make the number of states endless; where they lead to is known already. */
  isLeftOut?: (context: Context, move: Move) => boolean;
  /** Fails beyond this many traversed steps, instead of running for ever. */
  limit: number;
}

/** What the graph is walked with; a record has revisions of its own. */
const REVISION = 7;

type Data = Record<string, unknown>;
/** `via` are the transitions it takes: a state reached over another one is a state of its own. */
type GraphEvent = { type: string; move: number; via: string[] };

/** Every path; those that are only the beginning of another are left out. */
export function shortestPaths<Context>(
  machine: AnyStateMachine,
  options: PathsOptions<Context>,
): PathStep[][] {
  const traced = tracedMachine(machine);
  const paths = getShortestPaths(traced, {
    fromState: openingSnapshot(traced, options) as never,
    limit: options.limit,
    events: ((snapshot: AnyMachineSnapshot) => acceptedEvents(traced, snapshot, options)) as never,
    serializeEvent: ((event: GraphEvent) => String(event.move)) as never,
    serializeState: ((now: AnyMachineSnapshot, event?: GraphEvent): string => {
      const essence = options.essenceOf(now.context as Context);
      return JSON.stringify([stateName(now.value), essence, event?.via]);
    }) as never,
  });
  const all = paths.map(({ steps }) => steps.flatMap(pathStep));
  return withoutBeginnings(all);
}

function pathStep(step: { event: unknown; state: unknown }): PathStep[] {
  const { move } = step.event as Partial<GraphEvent>;
  // XState names the beginning of a path as a step of its own.
  if (move === undefined) return [];
  return [{ move, state: stateName((step.state as AnyMachineSnapshot).value) }];
}

function openingSnapshot<Context>(
  machine: AnyStateMachine,
  { address, opening }: PathsOptions<Context>,
): AnyMachineSnapshot {
  const [opened] = initialTransition(machine, openingInput(address, opening));
  const { schemas } = definitionAt(address);
  return (opening.prelude ?? []).reduce<AnyMachineSnapshot>((snapshot, send) => {
    const { type, data: given, door, atMs } = send(snapshot.context as Context);
    const data = schemas[type]?.parse(given);
    const event = { type, data, door, atMs, revision: REVISION, id: 'prelude' };
    return transition(machine, snapshot, event)[0] as AnyMachineSnapshot;
  }, opened as AnyMachineSnapshot);
}

function acceptedEvents<Context>(
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  { address, moves, isLeftOut = () => false }: PathsOptions<Context>,
): GraphEvent[] {
  if (snapshot.status === 'done') return [];
  const definition = definitionAt(address);
  const context = snapshot.context as Context;
  return moves({ context, revision: REVISION }).flatMap((candidate, move) => {
    const { type, data: given, door, atMs } = candidate;
    if (isLeftOut(context, candidate)) return [];
    const data = definition.schemas[type]?.safeParse(given).data as Data | undefined;
    // What the fences hold off never reaches the machine.
    if (data === undefined || definition.fence(context, { type, door }, data) !== null) return [];
    const fields = { type, data, door, atMs, revision: REVISION, id: `move-${move}` };
    const via = answering(machine, snapshot, fields);
    return via.length === 0 ? [] : [{ ...fields, move, via }];
  });
}

function withoutBeginnings(paths: readonly PathStep[][]): PathStep[][] {
  const keyOf = (path: readonly PathStep[]) => path.map(({ move }) => move).join();
  const beginnings = new Set(
    paths.flatMap((path) => path.map((_, length) => keyOf(path.slice(0, length)))),
  );
  return paths.filter((path) => !beginnings.has(keyOf(path)));
}
