// Why something stands where it stands. Plain data, printed as JSON by the command line and drawn by the page.
// Types only. Fields may be added under the same `"v":1`; they never change their meaning.
import type { AuditLine } from './audit-entries.ts';

/** A command that can be pasted, and what it does. */
export interface Action {
  command: string;
  does: string;
}

export interface Budget {
  stage: string;
  budget: string;
  spent: number;
  allowed: number;
}

export interface Timer {
  event: string;
  dueAtMs: number;
  /** What happens then, in words. */
  does: string;
}

/** One way out of the present state for an event, and whether it is open. */
export interface Candidate {
  /** State the transition belongs to; a parent's transitions are tried last. Empty for the whole machine. */
  from: string;
  /** Null when it stays. */
  to: string | null;
  guard: string | null;
  /** What the guard asks, in words; empty without a guard. */
  asks: string;
  /** Null for what was not tried because an earlier one was taken. */
  holds: boolean | null;
}

/** Why it stands where it stands. Never empty: `waitsFor` and `actions` always say something. */
export interface Why {
  address: string;
  kind: 'item' | 'run';
  state: string;
  sinceMs: number;
  revision: number;
  isFinished: boolean;
  isArchived: boolean;
  /** One sentence: what it waits for, or how it ended. */
  waitsFor: string;
  owner: { who: string; isAlive: boolean | null; detail: string };
  /** What moves it on when the owner does not. */
  reconciler: string;
  /** Soonest first. */
  timers: Timer[];
  lastApplied: { type: string; atMs: number; revision: number; by: string };
  /** The newest refusal the audit knows, with the ways that were closed at that time where it can be told. */
  lastRefused: (AuditLine & { candidates: Candidate[] }) | null;
  /** Claims that lost, newest last, at most 16. */
  lostClaims: AuditLine[];
  budgets: Budget[];
  /** What an operator can do now; at least one. */
  actions: Action[];
  /** Of an item: its current run. */
  run: Why | null;
  /** What could not be found out, in words. */
  notes: string[];
}
