// What an issue asks for, given the item there is for it. Pure: the reconciler does what is returned.
// It must never read an edge: webhooks may be lost, so only what is, counts, and not what has happened.
import { FINAL_MARKS, type Issue, type Mark } from '../../../transport/tracker/tracker.ts';
import type { ItemView } from '../records/item-views.ts';
import type { Former } from './former-items.ts';

/** Who speaks where the tracker does, and no person. */
export const TRACKER = 'tracker';

export type IssueDecision =
  | { kind: 'none' }
  /** The first item for it is generation 1. */
  | { kind: 'open'; generation: number; isAgain: boolean }
  /** Tells its item; `fact` makes the id of the event, the same for whoever sees the same. */
  | { kind: 'tell'; type: 'cancel' | 'pause' | 'resume'; reason: string; fact: string }
  /** Its item has ended, and the tracker does not show it yet. */
  | { kind: 'mark'; generation: number };

/** The latest item there was for an issue, once it has ended. */
export interface EndedItem {
  generation: number;
  state: string;
  endedAtMs: number;
}

/** Null for an issue that is not there any more. */
export function decideUnderWay(issue: Issue | null, item: ItemView): IssueDecision {
  const { context, state, revision } = item;
  const isPausedByUs =
    context.pause?.by === TRACKER &&
    (context.isPauseRequested || context.parking?.reason === 'paused');
  if (issue === null) {
    if (isPausedByUs) return { kind: 'none' };
    return { kind: 'tell', type: 'pause', reason: 'its issue is gone', fact: `gone:${revision}` };
  }
  if (!issue.isOpen) {
    // Landed work goes on to its end, whoever has closed the issue.
    if (context.isLanded || state === 'active.cancelling') return { kind: 'none' };
    const fact = `closed:${issue.closedAtMs ?? 0}`;
    return { kind: 'tell', type: 'cancel', reason: 'its issue was closed', fact };
  }
  if (!issue.isWanted) {
    if (isPausedByUs || context.isPauseRequested || state === 'parked') return { kind: 'none' };
    const fact = `unwanted:${issue.updatedAtMs}`;
    return { kind: 'tell', type: 'pause', reason: 'its issue asks for no work any more', fact };
  }
  if (!isPausedByUs) return { kind: 'none' };
  return { kind: 'tell', type: 'resume', reason: '', fact: `wanted:${issue.updatedAtMs}` };
}

export interface EndedOptions {
  /** Marks are written: only then does a missing one mean that a person took it away. */
  isMarking: boolean;
  /** Files say what they are to be; labels are added to what was there. */
  isFolder: boolean;
}

/** Of an open issue without an item under way. */
export function decideEnded(
  issue: Issue,
  { ended, next: generation, isTakenUp }: Former,
  { isMarking, isFolder }: EndedOptions,
): IssueDecision {
  if (ended === null) {
    return issue.isWanted ? { kind: 'open', generation, isAgain: false } : { kind: 'none' };
  }
  const isShown = issue.mark !== null && FINAL_MARKS.includes(issue.mark);
  if (!isMarking) return { kind: 'none' };
  const isAskedAgain =
    issue.isWanted &&
    (isFolder ? issue.mark === null && issue.updatedAtMs > ended.endedAtMs : isShown);
  const isStillAsked = isTakenUp && issue.isWanted && issue.mark === 'active';
  if (isAskedAgain || isStillAsked) return { kind: 'open', generation, isAgain: true };
  if (isShown) return { kind: 'none' };
  return { kind: 'mark', generation: ended.generation };
}

/** Where an item stands, as a tracker shows it. */
export function markOf(state: string): Mark {
  if (state === 'done' || state === 'failed' || state === 'cancelled') return state;
  if (state === 'parked') return 'parked';
  return state === 'awaitingApproval' ? 'approval' : 'active';
}

/** The item of an issue: `gh-12`, and `gh-12-2` when it is asked for again. */
export function itemNameOf(issue: Pick<Issue, 'item'>, generation: number): string {
  return generation === 1 ? issue.item : `${issue.item.slice(0, 60)}-${generation}`;
}
