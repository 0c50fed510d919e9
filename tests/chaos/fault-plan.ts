// Which faults come when, drawn from the seed before anything is started. It does nothing.
import type { Prng } from '../support/prng.ts';

export const FAULT_KINDS = [
  'host-kill',
  'worker-kill',
  'host-stop',
  'worker-stop',
  'leader-step-down',
  'server-kill',
  'connection-cut',
  'black-hole',
  'disk-full',
  'full-restart',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface PlannedFault {
  kind: FaultKind;
  /** From the beginning of the chaos. */
  atMs: number;
  /** Until it is healed: the process starts again or goes on, the network and the disk are back. */
  lastsMs: number;
  /** Chooses among what the fault may strike; taken modulo their number. */
  target: number;
}

/** Shortest and longest duration, in milliseconds, and how often a kind is drawn beside the others. */
const TRAITS: Record<FaultKind, { lastsMs: readonly [number, number]; weight: number }> = {
  'host-kill': { lastsMs: [300, 3_000], weight: 4 },
  'worker-kill': { lastsMs: [300, 3_000], weight: 5 },
  // Longer than a presence is believed in; a worker's also longer than the grace.
  'host-stop': { lastsMs: [5_000, 14_000], weight: 2 },
  'worker-stop': { lastsMs: [8_000, 20_000], weight: 3 },
  'leader-step-down': { lastsMs: [0, 0], weight: 4 },
  'server-kill': { lastsMs: [1_000, 6_000], weight: 2 },
  'connection-cut': { lastsMs: [0, 0], weight: 4 },
  'black-hole': { lastsMs: [2_000, 14_000], weight: 3 },
  'disk-full': { lastsMs: [5_000, 12_000], weight: 1 },
  // Planned by itself: see below.
  'full-restart': { lastsMs: [200, 2_000], weight: 0 },
};

const GAP_MS = [1_500, 5_500] as const;
const QUIET_START_MS = 3_000;
/** Everything comes back slowly from this; more often would leave no time for anything else. */
const FULL_RESTART_EVERY_MS = 75_000;
const FIRST_FULL_RESTART_MS = 20_000;

/**
 * The whole schedule, in order. Every kind comes once before any comes again, as far as time allows.
 * @param durationMs how long faults begin; the last may last longer
 */
export function planFaults(prng: Prng, durationMs: number): PlannedFault[] {
  const firstRound = prng.shuffle(FAULT_KINDS.filter((kind) => TRAITS[kind].weight > 0));
  const lottery = FAULT_KINDS.flatMap((kind) => Array<FaultKind>(TRAITS[kind].weight).fill(kind));
  const faults: PlannedFault[] = [];
  for (let atMs = QUIET_START_MS; atMs < durationMs; atMs += prng.integer(...GAP_MS)) {
    faults.push(faultOf(firstRound.shift() ?? prng.pick(lottery), atMs, prng));
  }
  return [...faults, ...fullRestarts(prng, durationMs)].sort((a, b) => a.atMs - b.atMs);
}

function fullRestarts(prng: Prng, durationMs: number): PlannedFault[] {
  const restarts: PlannedFault[] = [];
  const jitterMs = () => prng.integer(0, 5_000);
  for (
    let atMs = Math.min(FIRST_FULL_RESTART_MS + jitterMs(), durationMs / 2);
    atMs < durationMs;
    atMs += FULL_RESTART_EVERY_MS + jitterMs()
  ) {
    restarts.push(faultOf('full-restart', atMs, prng));
  }
  return restarts;
}

function faultOf(kind: FaultKind, atMs: number, prng: Prng): PlannedFault {
  const lastsMs = prng.integer(...TRAITS[kind].lastsMs);
  return { kind, atMs, lastsMs, target: prng.integer(0, 1_000_000) };
}
