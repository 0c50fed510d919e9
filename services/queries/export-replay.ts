// Steps through an exported life: each event is decided once more, and compared with what was stored; what was refused
// stands between. It asks nobody: no server, no configuration, no clock.
import { type Change, recordChanges } from '../../machines/differences.ts';
import { orderedEffects, type ReplayedStep, replaySteps } from '../../machines/replay.ts';
import type { AuditLine } from './audit-entries.ts';
import { effectWords } from './effect-words.ts';
import { type ExportedStep, type ReadExport, readExport } from './export-file.ts';
import { userAddress } from './user-address.ts';

/** One revision, as it was and as it comes out now. */
export interface ReplayedRevision {
  revision: number;
  atMs: number;
  type: string;
  door: string;
  by: string;
  /** State before; null for the first that is kept. */
  from: string | null;
  to: string;
  /** What the event changed; null where the records are not known. */
  changes: Change[] | null;
  /** What it ordered, in words. */
  effects: string[] | null;
  outcome: ReplayedStep['outcome'];
  /** Why it is not the same, or what could not be compared; empty when all of it was. */
  reason: string;
  /** From what was stored to what the machine makes of it now. */
  differences: Change[];
  /** What was refused or recognised as a repeat after it and before the next, lost claims included. */
  refused: AuditLine[];
}

export interface Replay {
  /** As people type it. */
  address: string;
  exportedAtMs: number;
  versions: ReadExport['versions'];
  /** False when anything differs. What could not be replayed does not count, and is counted. */
  isReproduced: boolean;
  counts: { same: number; differs: number; notReplayable: number };
  revisions: ReplayedRevision[];
}

/**
 * Replays what `onceward export` has written, as parsed JSON. A unit test reads the file and asserts `isReproduced`.
 * @throws EXPORT_INVALID for what is no export, or one of a newer version
 */
export function replayExport(document: unknown): Replay {
  const { address, exportedAtMs, versions, steps, audit } = readExport(document);
  const replayed = replaySteps(address, steps);
  const refused = refusedAfter(steps, audit);
  const revisions = replayed.map((_, n) => ({
    ...revisionOf(steps, replayed, n),
    refused: refused[n] ?? [],
  }));
  const count = (outcome: ReplayedStep['outcome']) =>
    replayed.filter((step) => step.outcome === outcome).length;
  const counts = {
    same: count('same'),
    differs: count('differs'),
    notReplayable: count('not-replayable'),
  };
  const isReproduced = counts.differs === 0;
  return { address: userAddress(address), exportedAtMs, versions, isReproduced, counts, revisions };
}

function revisionOf(
  steps: readonly ExportedStep[],
  replayed: readonly ReplayedStep[],
  n: number,
): Omit<ReplayedRevision, 'refused'> {
  const { event, revision, state, by } = steps[n] as ExportedStep;
  const { outcome, reason, differences, record } = replayed[n] as ReplayedStep;
  const before = replayed[n - 1]?.record ?? null;
  const { type, atMs, door } = event;
  const isKnown = outcome !== 'not-replayable' && record !== null && before !== null;
  return {
    ...{ revision, atMs, type, door, by, from: steps[n - 1]?.state ?? null, to: state },
    changes: isKnown ? recordChanges(before, record) : null,
    effects: record === null ? null : orderedEffects(record).map(effectWords),
    ...{ outcome, reason, differences },
  };
}

/** For each step what came behind it. What came before the first stands with the first. */
function refusedAfter(steps: readonly ExportedStep[], audit: readonly AuditLine[]): AuditLine[][] {
  const after: AuditLine[][] = steps.map(() => []);
  let at = -1;
  for (const line of audit) {
    const applied = steps.findIndex(({ revision }) => revision === line.revision);
    if (line.outcome === 'applied') at = Math.max(at, applied);
    // The audit may begin later than the steps do: until then only the time tells.
    else after[at < 0 ? placeInTime(steps, line) : at]?.push(line);
  }
  return after;
}

function placeInTime(steps: readonly ExportedStep[], { atMs }: AuditLine): number {
  return Math.max(
    0,
    steps.findLastIndex(({ event }) => event.atMs <= atMs),
  );
}
