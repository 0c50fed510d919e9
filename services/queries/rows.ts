// Items, runs, timers and leases as rows of a list. Plain data, printed as JSON by the command line and drawn by the page.
// Types only. Fields may be added under the same `"v":1`; they never change their meaning.
import type { Parking } from '../../machines/item/context.ts';
import type { RunClaim, RunExit } from '../../machines/run/context.ts';
import type { Usage } from '../../machines/usage.ts';

/** All times are epoch milliseconds of the NATS server's clock; addresses are as people type them. */
export interface ItemRow {
  address: string;
  project: string;
  item: string;
  title: string;
  state: string;
  sinceMs: number | null;
  revision: number;
  isArchived: boolean;
  /** Where it stands, or where it would go on. */
  stage: string | null;
  attempt: number | null;
  /** Runs that have ended. */
  endedRuns: number;
  openedAtMs: number | null;
  endedAtMs: number | null;
  parking: Parking | null;
  /** Worker or claimant of its current run. */
  holder: string | null;
  /** Of the runs that have ended; null where none of them was measured. */
  usage: Usage | null;
}

export interface RunRow {
  address: string;
  state: string;
  sinceMs: number | null;
  revision: number;
  isArchived: boolean;
  worker: string | null;
  machine: string | null;
  epoch: number | null;
  exit: RunExit | null;
  claim: RunClaim | null;
  nextTimer: { event: string; dueAtMs: number } | null;
  /** Of all its epochs, as far as it has been reported; null before anything was. */
  usage: Usage | null;
}

/** A deadline of a record. */
export interface TimerRow {
  address: string;
  state: string;
  event: string;
  dueAtMs: number;
}

/** A run that is claimed and has not advanced yet. */
export interface LeaseRow {
  address: string;
  claimant: string;
  claimedAtMs: number;
  /** Fencing token: the revision of the claim. Null when it was repeated more often than the record remembers. */
  revision: number | null;
  /** When the same advance is repeated. */
  dueAtMs: number | null;
}
