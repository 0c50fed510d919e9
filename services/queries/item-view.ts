// One item with its pipeline and the timeline of its runs. Plain data, printed as JSON by the command line and drawn by the page.
// Types only. Fields may be added under the same `"v":1`; they never change their meaning.
import type { AuditLine } from './audit-entries.ts';
import type { Cost } from './cost.ts';
import type { DeploymentPlace } from './deployment-page-view.ts';
import type { QueuePlace } from './queue-page-view.ts';
import type { ItemRow } from './rows.ts';
import type { AcceptableEvent } from './run-view.ts';
import type { Budget, Why } from './why-view.ts';

export type PhaseName =
  | 'queued'
  | 'starting'
  | 'working'
  | 'finalizing'
  | 'grace'
  | 'claimed'
  | 'cancelling';

/** A stretch of a run's life; the last one of a run under way has no end. */
export interface Phase {
  name: PhaseName;
  startMs: number;
  endMs: number | null;
}

/** One run of an item, for the waterfall. */
export interface TimelineRun {
  address: string;
  stage: string;
  attempt: number;
  state: string;
  verdict: { kind: string; cause: string; summary: string } | null;
  claimant: string | null;
  worker: string | null;
  phases: Phase[];
  cost: Cost;
}

/** One stage of the item's frozen pipeline, with where it stands. */
export interface StageView {
  name: string;
  kind: string;
  onFail: string | null;
  onReject: string | null;
  attempts: number;
  /** Of its latest run. */
  progress: 'pending' | 'running' | 'passed' | 'failed' | 'waiting' | 'parked' | 'cancelled';
  /** State of its latest run; null before the first. */
  state: string | null;
}

export interface Link {
  label: string;
  /** Only http and https. Null when there is no address to go to. */
  url: string | null;
  text: string;
}

export interface ItemView extends ItemRow {
  body: string;
  by: string;
  isFinished: boolean;
  pipeline: { name: string; digest: string; stages: StageView[] };
  headSha: string | null;
  isLanded: boolean;
  feedback: string;
  ending: string | null;
  /** In the queue of its base branch; null while it is at no stage of kind `merge`. */
  queue: QueuePlace | null;
  /** In the deployment of its environment; null while it is at no stage of kind `deploy`. */
  deployment: DeploymentPlace | null;
  /** What a person has said last under its issue that was meant for us. */
  heard: { verb: string; by: string; atMs: number } | null;
  runs: TimelineRun[];
  budgets: Budget[];
  links: Link[];
  /** Of all its runs, the one under way included. */
  cost: Cost;
  accepts: AcceptableEvent[];
  why: Why;
  audit: AuditLine[];
}
