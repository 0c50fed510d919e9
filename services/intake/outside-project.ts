// One project as the reconciler sees it: its tracker, its forge, and how far it may go. Types only.
import type { Forge } from '../../transport/forge/forge.ts';
import type { Tracker } from '../../transport/tracker/tracker.ts';
import type { Actuators } from '../config/actuators.ts';

export interface OutsideProject {
  name: string;
  /** What facts of its tracker are called by: `github:acme/shop`, `folder:shop`. */
  trackerName: string;
  tracker: Tracker;
  /** What facts of its forge are called by: `github:acme/shop`. */
  forgeName: string;
  forge: Forge;
  baseBranch: string;
  /** How many items that came from the tracker may be under way at once. */
  maxActive: number;
  /** No new items are opened. */
  isDraining: boolean;
  actuators: Actuators;
}
