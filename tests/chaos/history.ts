// What a chaos run leaves behind, as plain data: the audit judges this and nothing else.
// Types only; history-reading.ts fills them, tests doctor them.
import type { EndedRun, Parking, RunReference } from '../../machines/item/context.ts';
import type { RunContext } from '../../machines/run/context.ts';
import type { ArchivedStep } from '../../services/actors/archive.ts';
import type { AuditEntry } from '../../services/actors/audit-entry.ts';

export interface ItemHistory {
  project: string;
  item: string;
  /** `done`, `parked`, `active.working`, … */
  state: string;
  /** Ended runs, oldest first. */
  runs: readonly EndedRun[];
  current: RunReference | null;
  parking: Parking | null;
  /** As those of a run. */
  steps: readonly ArchivedStep[];
}

export interface RunHistory {
  address: string;
  project: string;
  item: string;
  stage: string;
  attempt: number;
  state: string;
  context: RunContext;
  graceMs: number;
  /** Every stored revision that is still known, oldest first; the newest is the last. */
  steps: readonly ArchivedStep[];
}

/** One line of an agent's own ledger. */
export interface AgentStart {
  project: string;
  item: string;
  stage: string;
  attempt: number;
  epoch: number;
}

export interface StrayProcess {
  pid: number;
  command: string;
  /** `ONCEWARD_ITEM` it was started with, when known. */
  item: string;
}

export interface ChaosHistory {
  /** `project/item` of everything that JetStream acknowledged. */
  submitted: readonly string[];
  /** By `project/item`. */
  items: ReadonlyMap<string, ItemHistory>;
  runs: readonly RunHistory[];
  audit: readonly AuditEntry[];
  starts: readonly AgentStart[];
  /** Subjects of the commits on main, by project; a project that lands nothing is left out. */
  landings: ReadonlyMap<string, readonly string[]>;
  /** Names of the stages in their order, by project. */
  stages: ReadonlyMap<string, readonly string[]>;
  /** Lists of ended runs as they were seen from outside, by `project/item`, in the order of revisions. */
  sightings: ReadonlyMap<string, readonly (readonly string[])[]>;
  strays: readonly StrayProcess[];
  crashes: readonly string[];
  /** Processes that did not end when they were asked to. */
  unstopped: readonly string[];
}
