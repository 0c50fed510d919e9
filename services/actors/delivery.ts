// What delivering an event to an actor takes and gives. Types only, shared by the queues and the single step.
import type { ActorEvent } from '../../machines/event.ts';
import type { BucketName, Clock, Reply } from '../../transport/ports.ts';
import type { Committer } from './commit.ts';
import type { Deadlines } from './deadlines.ts';
import type { LiveRuns } from './live-run.ts';
import type { Observed } from './observer.ts';
import type { Outbox } from './outbox.ts';
import type { RecordCache } from './record-cache.ts';

export interface Delivery {
  reply: Reply;
  /** Settles once every effect of this commit has been performed. */
  performed: Promise<void>;
}

/** What the audit, and whoever looks on, is told of one event. */
export interface Outcome extends Observed {
  event: ActorEvent;
  reply: Reply;
  from: string | null;
  claimant: string | null;
}

export interface ActorsOptions {
  identity: string;
  cache: RecordCache;
  committerOf: (bucket: BucketName) => Committer;
  outbox: Outbox;
  deadlines: Deadlines;
  liveRuns: LiveRuns;
  clock: Clock;
  record: (outcome: Outcome) => void;
  /** Told of every failure that is retried. */
  report: (event: ActorEvent, error: unknown) => void;
  isStopping: () => boolean;
}
