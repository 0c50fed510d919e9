// The stretches of a run's life, for a waterfall: from the audit, or from what the record remembers where that is gone.
// It must never show a stretch that did not happen; where little is known, it shows little.
import { type Stored, stateName } from '../../machines/record.ts';
import { runContextOf } from '../../machines/typed-context.ts';
import type { AuditLine } from './audit-entries.ts';
import type { Phase, PhaseName } from './item-view.ts';

const PHASE_OF: Readonly<Record<string, PhaseName>> = {
  'running.queued': 'queued',
  'running.held': 'queued',
  'running.starting': 'starting',
  'running.working': 'working',
  'running.overCap': 'working',
  'running.stopping': 'working',
  finalizing: 'finalizing',
  graceExpired: 'grace',
  claimed: 'claimed',
  cancelling: 'cancelling',
};

interface Move {
  /** Null for a final state. */
  phase: PhaseName | null;
  atMs: number;
}

/** @param entries of this run, oldest first */
export function phasesOf(stored: Stored, entries: readonly AuditLine[]): Phase[] {
  const applied = entries.filter(({ outcome, to }) => outcome === 'applied' && to !== null);
  const isWhole = applied[0]?.type === 'open' && isUpToDate(stored, applied);
  const moves = isWhole
    ? applied.map(({ to, atMs }) => ({ phase: PHASE_OF[to ?? ''] ?? null, atMs }))
    : rememberedMoves(stored);
  return stretchesOf(moves);
}

/** Entries may be late, and the record read a moment before the audit. */
function isUpToDate({ record }: Stored, applied: readonly AuditLine[]): boolean {
  return applied.some(({ to, atMs }) => to === stateName(record.state) && atMs >= record.sinceMs);
}

/** Each stretch ends where the next begins; entering a state again goes on with the same one. */
function stretchesOf(moves: readonly Move[]): Phase[] {
  const phases: Phase[] = [];
  for (const { phase, atMs } of moves) {
    const last = phases.at(-1);
    if (last?.name === phase && last?.endMs === null) continue;
    if (last?.endMs === null) phases[phases.length - 1] = { ...last, endMs: atMs };
    if (phase !== null) phases.push({ name: phase, startMs: atMs, endMs: null });
  }
  return phases;
}

/** The record keeps the last time of each kind; what an earlier epoch did is not in it. */
function rememberedMoves({ record }: Stored): Move[] {
  const { openedAtMs, startedAtMs, exit, claim } = runContextOf(record);
  const present: Move = { phase: PHASE_OF[stateName(record.state)] ?? null, atMs: record.sinceMs };
  const remembered: { phase: PhaseName; atMs: number | null | undefined }[] = [
    { phase: 'queued', atMs: openedAtMs },
    { phase: 'working', atMs: startedAtMs },
    { phase: 'finalizing', atMs: exit?.atMs },
    { phase: 'claimed', atMs: claim?.atMs },
  ];
  const past = remembered.flatMap(({ phase, atMs }): Move[] =>
    typeof atMs === 'number' && atMs < present.atMs ? [{ phase, atMs }] : [],
  );
  return [...past.sort((one, other) => one.atMs - other.atMs), present];
}
