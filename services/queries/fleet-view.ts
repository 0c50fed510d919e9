// The fleet: processes, accounts, partitions, queues, alarms. Plain data, printed as JSON by the command line and drawn by the page.
// Types only. Fields may be added under the same `"v":1`; they never change their meaning.
import type { Presence } from '../../transport/ports.ts';
import type { AccountRow } from './account-rows.ts';
import type { DeploymentRow } from './deployment-rows.ts';
import type { MergeQueueRow } from './queue-rows.ts';

export interface Alarm {
  atMs: number;
  address: string;
  reason: string;
  message: string;
}

export interface PartitionRow {
  partition: number;
  /** The host alive that serves it, as every host computes it; null while nobody does. */
  host: string | null;
  /** Mailbox messages not handled yet. */
  waiting: number;
}

export interface QueueRow {
  pool: string;
  project: string;
  lane: string;
  /** Jobs nobody has taken. */
  waiting: number;
  /** Jobs a worker has. */
  underWay: number;
}

/** An account with what a page says of it. */
export interface FleetAccount extends AccountRow {
  /** `$1.23 + 120k tokens without a price`; caps are empty where nothing is limited. */
  words: { today: string; yesterday: string; total: string; caps: string };
  /** To paste; null while it is not suspended. */
  resumeCommand: string | null;
}

export interface FleetView {
  nowMs: number;
  hosts: Presence[];
  workers: Presence[];
  accounts: FleetAccount[];
  partitions: PartitionRow[];
  queues: QueueRow[];
  merges: MergeQueueRow[];
  deployments: DeploymentRow[];
  /** Newest first, at most 100, of the last 24 hours. */
  alarms: Alarm[];
  /** What could not be read, in words. */
  notes: string[];
}
