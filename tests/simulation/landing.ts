// What the rules look at: a record that has just been stored, the one before it, and everything known of the
// world until then. It is fed by the server alone; nothing here is ever read by the code under test.
import type { ItemContext } from '../../machines/item/context.ts';
import type { ActorRecord } from '../../machines/record.ts';
import { stateName } from '../../machines/record.ts';
import type { RunContext } from '../../machines/run/context.ts';
import type { AskRequest } from '../../transport/ports.ts';
import { createDeployTruth, type DeployTruth } from './deploy-truth.ts';
import type { Environments } from './environments.ts';
import type { MergeRemote } from './merge-remote.ts';
import { createMergeTruth, type MergeTruth } from './merge-truth.ts';

export interface Known {
  address: string;
  record: ActorRecord;
  revision: number;
  state: string;
  storedAtMs: number;
}

/** A record that is being stored, on top of the one before it. */
export interface Landing {
  previous: Known | null;
  next: Known;
  /** Simulated wall time, without anybody's skew. */
  atMs: number;
  truth: Truth;
}

/** Everything the server has seen so far. */
export interface Truth {
  records: Map<string, Known>;
  /** Revision at which each event of each actor was applied. */
  applied: Map<string, Map<string, number>>;
  /** Ids of the effects that stand in stored records. */
  ordered: Set<string>;
  /** Ids of the jobs that were published. */
  requested: Set<string>;
  /** `<address> <id>` of what the stored audit refuses. */
  refused: Set<string>;
  archived: Set<string>;
  removed: Set<string>;
  /** Runs that an item has ever named as its current one. */
  current: Set<string>;
  /** Runs that have moved their item on. */
  advanced: Set<string>;
  asked: Map<string, Omit<AskRequest, 'id'> & { atMs: number }>;
  /** Turns each run has reported. */
  used: Map<string, number>;
  /** By account, run and id of the draw: turns that were drawn. */
  drawn: Map<string, Map<string, Map<string, number>>>;
  /** When each run was held last. */
  heldAtMs: Map<string, number>;
  /** By worker and account: what was seen when the worker looked. */
  readings: Map<string, { atMs: number; isSuspended: boolean }[]>;
  /** Of the merge queue, and of what it lands on. */
  merges: MergeTruth;
  /** Of deployments, and of what really runs. */
  deployments: DeployTruth;
}

/** What is true outside of all records. */
export interface Outside {
  remote: MergeRemote;
  environments: Environments;
}

export function createTruth({ remote, environments }: Outside): Truth {
  return {
    records: new Map(),
    applied: new Map(),
    ordered: new Set(),
    requested: new Set(),
    refused: new Set(),
    archived: new Set(),
    removed: new Set(),
    current: new Set(),
    advanced: new Set(),
    asked: new Map(),
    used: new Map(),
    drawn: new Map(),
    heldAtMs: new Map(),
    readings: new Map(),
    merges: createMergeTruth(remote),
    deployments: createDeployTruth(environments),
  };
}

export function knownOf(
  address: string,
  entry: { value: string; revision: number; storedAtMs: number },
): Known {
  const { value, revision, storedAtMs } = entry;
  const record = JSON.parse(value) as ActorRecord;
  return { address, record, revision, state: stateName(record.state), storedAtMs };
}

export function isItem({ record }: Known): boolean {
  return record.machine === 'item';
}

export function isRun({ record }: Known): boolean {
  return record.machine === 'run';
}

export function runOf({ record }: Known): RunContext {
  return record.context as unknown as RunContext;
}

export function itemOf({ record }: Known): ItemContext {
  return record.context as unknown as ItemContext;
}

/** Ids of the effects that stand in a record, as they are performed. */
export function effectIdsOf({ address, record, revision }: Known): string[] {
  return record.outbox.map(({ n, revision: ordered }) => `${address}:${ordered ?? revision}:${n}`);
}

const FINAL_STATES = ['advanced', 'cancelled', 'done', 'failed'];

export function isFinal({ state }: Known): boolean {
  return FINAL_STATES.includes(state);
}

/** The run's address, in the item's own words. */
export function addressOfRun(
  { project, item }: { project: string; item: string },
  { stage, attempt }: { stage: string; attempt: number },
): string {
  return `run.${project}.${item}.${stage}.${attempt}`;
}
