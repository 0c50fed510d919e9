// One run with its revisions, claims and the events it would accept. Plain data, printed as JSON by the command line and drawn by the page.
// Types only. Fields may be added under the same `"v":1`; they never change their meaning.
import type { Change } from '../../machines/differences.ts';
import type { AcceptableEvent, ClosedEvent } from '../../machines/prospects.ts';
import type { ActorRecord } from '../../machines/record.ts';
import type { FinalizeStep } from '../../machines/run/context.ts';
import type { AuditLine } from './audit-entries.ts';
import type { Cost } from './cost.ts';
import type { DeploymentPlace } from './deployment-page-view.ts';
import type { QueuePlace } from './queue-page-view.ts';
import type { ClaimLine, Timer, Why } from './why-view.ts';

export type { Change } from '../../machines/differences.ts';
export type { AcceptableEvent, ClosedEvent } from '../../machines/prospects.ts';

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
  /** Null where only an outline is kept, as of some archived actors. */
  record: ActorRecord | null;
  /** True where the record was not kept but made again, from the first one and the events since. */
  isRemade: boolean;
  /** Against the step before; empty for the opening, null where it is not known. */
  changes: Change[] | null;
  /** What the event has ordered, in words; null where it is not known. */
  effects: string[] | null;
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
  /** Every claim, won or lost, oldest first. */
  claims: ClaimLine[];
  timers: Timer[];
  accepts: AcceptableEvent[];
  closed: ClosedEvent[];
  why: Why;
  finalizeSteps: FinalizeStep[];
  /** In the queue of its base branch, where its stage is of kind `merge`; null of others, and where it is not known. */
  queue: QueuePlace | null;
  /** In the deployment of its environment, where its stage is of kind `deploy`; null of others, and where it is not known. */
  deployment: DeploymentPlace | null;
  /** In all its epochs. */
  cost: Cost;
}
