// What an explanation is made from: the record, what the audit knows, who is alive, and the time. Plain data, read
// beforehand, so that explaining is pure. It must never hold anything that only one machine could know.
import { parseAddress } from '../../machines/address.ts';
import { ownerOf, partitionOf } from '../../machines/partition.ts';
import { type Stored, stateName } from '../../machines/record.ts';
import type { Presence } from '../../transport/ports.ts';
import type { AuditLine } from './audit-entries.ts';
import type { QueueRow } from './fleet-view.ts';
import type { Why } from './why-view.ts';

/** What an explanation knows of the world around the record. */
export interface Surroundings {
  /** Server time, epoch milliseconds. */
  nowMs: number;
  /** Null when presence could not be read. */
  presences: readonly Presence[] | null;
  /** How many partitions there are; null when that is not known. */
  partitions: number | null;
  /** What waits in the queues of jobs; null when that is not known. */
  queues: readonly QueueRow[] | null;
  /** Oldest first. May hold other actors' entries. */
  audit: readonly AuditLine[];
  /** What could not be found out, in words. */
  notes: readonly string[];
}

export interface ActorFacts extends Surroundings {
  /** As in the subjects: `run.shop.7.build.1`. */
  address: string;
  stored: Stored;
  isArchived: boolean;
}

export interface RunFacts extends ActorFacts {
  /** The record of its item; null when there is none that can be read. */
  item: Stored | null;
  /** The record of the account that it is held for; null or left out where there is none. */
  account?: Stored | null;
  /** The record of the merge queue that it waits in; null or left out where there is none. */
  queue?: Stored | null;
  /** The record of the deployment that it waits for; null or left out where there is none. */
  deployment?: Stored | null;
}

export interface ItemFacts extends ActorFacts {
  /** Its current run; null when none is open, or none is there yet. */
  run: { why: Why } | null;
}

export function stateOf({ stored }: Pick<ActorFacts, 'stored'>): string {
  return stateName(stored.record.state);
}

/** Whether this process is alive, as far as presence tells; null when that is not known. */
export function isAlive({ presences }: Surroundings, identity: string): boolean | null {
  return presences === null ? null : presences.some((presence) => presence.identity === identity);
}

/** The processes of this role that are alive; null when that is not known. */
export function aliveOf(
  { presences }: Pick<Surroundings, 'presences'>,
  role: Presence['role'],
): Presence[] | null {
  return presences === null ? null : presences.filter((presence) => presence.role === role);
}

/** The host that should serve the partition of this actor; null when none is alive, or it is not known. */
export function hostOf(facts: Surroundings & { address: string }): {
  partition: number;
  identity: string;
} | null {
  const parsed = parseAddress(facts.address);
  const hosts = aliveOf(facts, 'host');
  if (parsed === null || hosts === null || facts.partitions === null) return null;
  const partition = partitionOf(parsed, facts.partitions);
  const identity = ownerOf(
    partition,
    hosts.map((host) => host.identity),
  );
  return identity === null ? null : { partition, identity };
}
