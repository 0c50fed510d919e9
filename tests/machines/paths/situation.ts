// Where an actor stands, as far as its next moves depend on it. Moves are everything somebody could send
// then, in or out of turn; time goes on only as far as the moves say.
import { OPENED_AT_MS, type Step } from '../../support/machine-steps.ts';

export interface Situation<Context> {
  context: Context;
  /** Revision of the record an event meets. */
  revision: number;
}

/** How an actor is opened, and what is sent to it before anything is searched or walked. */
export type Opening<Context> = Step & { prelude?: readonly ((context: Context) => Move)[] };

/** A move always says when it happens. */
export type Move = Step & { atMs: number };

/** Each deadline as it comes due, and a moment too early. */
export function deadlineMoves(deadlines: Readonly<Record<string, number>>): Move[] {
  return Object.entries(deadlines).flatMap(([type, dueMs]) =>
    [dueMs, dueMs - 1].map((atMs) => ({ type, data: {}, door: 'deadline' as const, atMs })),
  );
}

/** Just before the next deadline: whatever else happens, happens in time. */
export function inTime(deadlines: Readonly<Record<string, number>>): number {
  const dueMs = Object.values(deadlines);
  return dueMs.length === 0 ? OPENED_AT_MS : Math.min(...dueMs) - 1;
}
