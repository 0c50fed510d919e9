// One project as the reconciler sees it: its tracker, its forge, how far it may go, and which items are of it.
// It must never take an item for its own that came from another repository: issues there have the same numbers.
import type { Forge } from '../../../transport/forge/forge.ts';
import type { Tracker } from '../../../transport/tracker/tracker.ts';
import type { Actuators } from '../../config/actuators.ts';
import type { ItemView } from '../records/item-views.ts';

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

/** Opened for an issue of this tracker: an item whose project has changed its tracker is nobody's here. */
export function isFrom(
  { context: { origin } }: Pick<ItemView, 'context'>,
  { tracker, trackerName }: Pick<OutsideProject, 'tracker' | 'trackerName'>,
): boolean {
  if (origin === null || origin.tracker !== tracker.kind) return false;
  // Records of before do not say.
  return !origin.source || isSameName(origin.source, trackerName);
}

/** Issues and pull requests are of one repository, and so are their numbers. */
export function isOneRepository({
  trackerName,
  forgeName,
}: Pick<OutsideProject, 'trackerName' | 'forgeName'>): boolean {
  return isSameName(trackerName, forgeName);
}

/** Owners, repositories and projects are called the same in any case of letters. */
function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
