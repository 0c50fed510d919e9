// Why an event was accepted or refused: the ways out of the present state that answer to it, and which were open.
// It must never step a machine: `decide` does, and what is said here only explains its answer.
import { type Decision, machineEventOf } from './decide.ts';
import type { ActorEvent } from './event.ts';
import { graphOf, type MachineGraph, type TransitionGraph } from './graph.ts';
import { type Stored, stateName } from './record.ts';
import { type ActorDefinition, definitionOf } from './registry.ts';
import { decideSafely } from './safe-decision.ts';

/** One way out of the present state for an event, and whether it is open. */
export interface Candidate {
  /** State the transition belongs to; a parent's transitions are tried last. Empty for the whole machine. */
  from: string;
  /** Null when it stays. */
  to: string | null;
  guard: string | null;
  /** What the guard asks, in words; empty without a guard. */
  asks: string;
  /**
   * Null for what was not tried: an earlier one was taken, or the machine was never asked because the
   * event was refused before, or is a repeat.
   */
  holds: boolean | null;
}

export interface Explanation {
  decision: Decision;
  /** In the order in which the machine tries them; none when nothing answers to the event in this state. */
  candidates: Candidate[];
}

/** Decides the event on the record, and says which transitions were tried. Nothing comes of it. */
export function explainEvent(stored: Stored, event: ActorEvent): Explanation {
  const decision = decideSafely(stored, event);
  const definition = definitionOf(stored.record.machine);
  if (definition === null) return { decision, candidates: [] };
  const edges = waysOut(graphOf(definition.machine), stateName(stored.record.state), event.type);
  return { decision, candidates: tried(definition, edges, { stored, event }) };
}

/** The transitions that answer to an event in a state, in the order they are tried: of the innermost state first. */
export function waysOut(graph: MachineGraph, state: string, type: string): TransitionGraph[] {
  return lineOf(state).flatMap((name) =>
    graph.transitions.filter(({ from, event }) => from === name && event === type),
  );
}

/** `running.working`, `running`, and the machine itself. */
function lineOf(state: string): string[] {
  const steps = state.split('.');
  return [...steps.map((_, n) => steps.slice(0, steps.length - n).join('.')), ''];
}

function tried(
  definition: ActorDefinition,
  edges: readonly TransitionGraph[],
  { stored, event }: { stored: Stored; event: ActorEvent },
): Candidate[] {
  const holds = answersOf(definition, edges, { stored, event });
  return edges.map(({ from, to, guard }, n) => {
    const asks = guard === null ? '' : (definition.guardMeanings[guard] ?? '');
    return { from, to, guard, asks, holds: holds[n] ?? null };
  });
}

/** Up to the first that holds; none when the machine is not asked, or cannot be. */
function answersOf(
  { machine }: ActorDefinition,
  edges: readonly TransitionGraph[],
  { stored, event }: { stored: Stored; event: ActorEvent },
): boolean[] {
  try {
    const asked = machineEventOf(stored, event);
    if (asked === null) return [];
    const guards = machine.implementations.guards as Record<string, Guard>;
    const { context } = stored.record;
    const isOpen = ({ guard }: TransitionGraph) =>
      guard === null || guards[guard]?.({ context, event: asked }) === true;
    const taken = edges.findIndex(isOpen);
    return edges.slice(0, taken < 0 ? edges.length : taken + 1).map((_, n) => n === taken);
  } catch {
    // A record of foreign make: the decision says so.
    return [];
  }
}

type Guard = (args: { context: unknown; event: unknown }) => boolean;
