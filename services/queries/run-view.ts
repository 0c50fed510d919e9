// One run with its revisions, claims and the events it would accept. Plain data, printed as JSON by the command line and drawn by the page.
// Types only. Fields may be added under the same `"v":1`; they never change their meaning.
import type { ActorRecord } from '../../machines/record.ts';
import type { FinalizeStep } from '../../machines/run/context.ts';
import type { AuditLine } from './audit-entries.ts';
import type { Candidate, Timer, Why } from './why-view.ts';

/** One difference between two revisions. */
export interface Change {
  /** `context.exit.code` */
  path: string;
  before: unknown;
  after: unknown;
}

/** One revision of an actor. */
export interface Step {
  revision: number;
  state: string;
  event: {
    type: string;
    id: string | null;
    atMs: number;
    door: string;
    data: Record<string, unknown> | null;
  };
  by: string;
  /** Null where only an outline is kept: in the archive. */
  record: ActorRecord | null;
  /** Against the step before; empty for the first, null where it is not known. */
  changes: Change[] | null;
}

/** An event that would be accepted now. */
export interface AcceptableEvent {
  type: string;
  /** Where it leads; null when it stays. */
  to: string | null;
  /** Data to begin with; an operator may change it. */
  data: Record<string, unknown>;
  /** JSON schema of the data. */
  schema: Record<string, unknown>;
}

/** An event that people might expect, and why it is not accepted. */
export interface ClosedEvent {
  type: string;
  reason: string;
  message: string;
  candidates: Candidate[];
}

export interface RunView {
  address: string;
  stage: string;
  state: string;
  sinceMs: number;
  revision: number;
  isFinished: boolean;
  isArchived: boolean;
  record: ActorRecord;
  /** Oldest first; at most the 64 newest. */
  steps: Step[];
  /** Everything the audit knows of this run, oldest first; at most the 500 newest. */
  audit: AuditLine[];
  /** Every claim, won or lost. */
  claims: AuditLine[];
  timers: Timer[];
  accepts: AcceptableEvent[];
  closed: ClosedEvent[];
  why: Why;
  finalizeSteps: FinalizeStep[];
}
