// The whole life of one actor as one document: its records, the events between them, its audit, and its machine.
// It only reads. What stands in it may come from anywhere: titles, names and verdicts are kept as they are.
import { graphOf, type MachineGraph } from '../../machines/graph.ts';
import { ENVELOPE_VERSION } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import { type AuditSource, readAudit } from './actor-audit.ts';
import type { AuditLine } from './audit-entries.ts';
import type { FoundActor } from './found-actor.ts';
import type { Step } from './run-view.ts';
import type { Session } from './session.ts';
import { readSteps } from './steps.ts';
import { userAddress } from './user-address.ts';

export const EXPORT_KIND = 'onceward-export';
export const EXPORT_VERSION = 1;

export interface RunExport {
  v: typeof EXPORT_VERSION;
  kind: typeof EXPORT_KIND;
  /** As people type it. */
  address: string;
  /** Server time, epoch milliseconds. */
  exportedAtMs: number;
  versions: { onceward: string; envelope: number; machine: number };
  isFinished: boolean;
  isArchived: boolean;
  /** Oldest first; at most the 64 newest. */
  steps: Step[];
  /** Everything the audit knows of it, refused events and lost claims included; oldest first. */
  audit: AuditLine[];
  /** What could not be read, in words. */
  notes: string[];
  /** As it was when this was written: for drawing, not for deciding. */
  machine: MachineGraph | null;
}

/** @throws RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function exportActor(
  session: AuditSource & Pick<Session, 'bucket'>,
  found: FoundActor,
  version: string,
): Promise<RunExport> {
  const { address, stored, isFinished, isArchived } = found;
  const definition = definitionOf(stored.record.machine);
  const steps = await readSteps(session, found);
  const sinceMs = steps[0]?.event.atMs ?? stored.record.sinceMs;
  const { lines, notes } = await readAudit(session, { address, sinceMs });
  return {
    v: EXPORT_VERSION,
    kind: EXPORT_KIND,
    address: userAddress(address),
    exportedAtMs: session.clock.nowMs(),
    versions: {
      onceward: version,
      envelope: ENVELOPE_VERSION,
      machine: definition?.version ?? stored.record.machineVersion,
    },
    isFinished,
    isArchived,
    steps,
    audit: lines.filter((line) => line.address === address),
    notes,
    machine: definition === null ? null : graphOf(definition.machine),
  };
}
