// What the page is told of deployments beyond the view that the command line prints: plain data, types only.
// Fields may be added; they never change their meaning.
import type { AuditLine } from './audit-entries.ts';
import type { DeploymentView, WatchView } from './deployment-view.ts';
import type { AcceptableEvent } from './run-view.ts';
import type { Timer, Why } from './why-view.ts';

/** One deployment as its page shows it. */
export interface DeploymentPage extends DeploymentView {
  /** How the newest version was watched, where that is over; null while one is watched, or none was. */
  lastWatch: WatchView | null;
  /** Those of an operator. */
  accepts: AcceptableEvent[];
  /** Soonest first. */
  timers: Timer[];
  why: Why;
  /** Of the last day, oldest first; at most the 200 newest. */
  audit: AuditLine[];
}

/** One of all deployments: without what only its own page has room for. */
export type DeploymentSummary = Omit<
  DeploymentView,
  'ended' | 'good' | 'condemned' | 'incidents'
> & {
  lastEnded: DeploymentView['ended'][number] | null;
};

export interface DeploymentList {
  /** In the order of their addresses. */
  deployments: DeploymentSummary[];
  /** What could not be read, in words. */
  notes: string[];
}

/** Where an item stands in the deployment of its stage. */
export interface DeploymentPlace {
  /** `deployment.shop.production` */
  address: string;
  environment: string;
  /** Of the deployment. */
  state: string;
  /** 0 for what is under way, 1 for the next; null when it does not know the run, or not any more. */
  position: number | null;
  /** How many wait. */
  length: number;
  /** One phrase that follows "waits for"; empty when it does not know the run. */
  waitsFor: string;
}
