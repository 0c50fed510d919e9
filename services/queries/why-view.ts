// Why something stands where it stands. Plain data, printed as JSON by the command line and drawn by the page.
// Types only. Fields may be added under the same `"v":1`; they never change their meaning.
import type { Candidate } from '../../machines/explanation.ts';
import type { AuditLine } from './audit-entries.ts';

export type { Candidate } from '../../machines/explanation.ts';

/** A command that can be pasted, and what it does. */
export interface Action {
  command: string;
  does: string;
}

export interface Budget {
  stage: string;
  budget: string;
  spent: number;
  /** What an operator has granted on top is counted in. */
  allowed: number;
  left: number;
}

export interface Timer {
  event: string;
  dueAtMs: number;
  /** What happens then, in words. */
  does: string;
}

/** A claim as the audit knows it, won or lost. */
export interface ClaimLine extends AuditLine {
  /** The revision the run was at when it came; null when the audit does not reach back to it. */
  foundRevision: number | null;
}

/** Why it stands where it stands. Never empty: `waitsFor` and `actions` always say something. */
export interface Why {
  address: string;
  kind: 'item' | 'run' | 'account' | 'merge' | 'deployment';
  state: string;
  sinceMs: number;
  revision: number;
  isFinished: boolean;
  isArchived: boolean;
  /** One phrase that follows "waits for": what it waits for, or `nothing: …` with how it ended. */
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
  lostClaims: ClaimLine[];
  budgets: Budget[];
  /** What an operator can do now; at least one. */
  actions: Action[];
  /** Of an item: its current run. */
  run: Why | null;
  /** What could not be found out, in words. */
  notes: string[];
}
