// What the page is told of merge queues beyond the view that the command line prints: plain data, types only.
// Fields may be added; they never change their meaning.
import type { AuditLine } from './audit-entries.ts';
import type { QueueView, TrainPlace } from './queue-view.ts';
import type { AcceptableEvent } from './run-view.ts';
import type { Timer, Why } from './why-view.ts';

/** What follows a trial that ends in one way. */
export interface Prospect {
  /** Who is sent back by then; null when nobody is. */
  sentBack: string | null;
  /** Who is tried together then, as people type them; none when nobody waits. */
  members: string[];
  /** Before that the base is tried by itself. */
  isControl: boolean;
  /** Nothing is tried then, until somebody resumes it. */
  isFrozen: boolean;
}

/** What the trial under way leads to. */
export interface Outlook {
  green: Prospect;
  red: Prospect;
}

/** One queue as its page shows it. */
export interface QueuePage extends QueueView {
  outlook: Outlook | null;
  /** Those of an operator. */
  accepts: AcceptableEvent[];
  /** Soonest first. */
  timers: Timer[];
  why: Why;
  /** Of the last day, oldest first; at most the 200 newest. */
  audit: AuditLine[];
}

/** One of all queues: without what only its own page has room for. */
export interface QueueSummary extends Omit<QueueView, 'ended' | 'decided'> {
  outlook: Outlook | null;
  lastEnded: QueueView['ended'][number] | null;
  lastLandedAtMs: number | null;
}

export interface QueueList {
  /** In the order of their addresses. */
  queues: QueueSummary[];
  /** What could not be read, in words. */
  notes: string[];
}

/** Where an item stands in the queue of its base branch. */
export interface QueuePlace {
  /** `merge.shop.main` */
  address: string;
  branch: string;
  /** Of the queue. */
  state: string;
  /** 1 for who is tried first; null when the queue does not know the item, or not any more. */
  position: number | null;
  /** How many are in the queue. */
  length: number;
  place: TrainPlace | null;
  /** One phrase that follows "waits for"; empty when the queue does not know the item. */
  waitsFor: string;
}
