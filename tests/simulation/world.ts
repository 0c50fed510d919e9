// What everything in one simulated world shares: time, chance, faults, the trace, and the first broken rule.
// It must never be shared between worlds: a seed has a world of its own.
import { createPrng, type Prng } from '../support/prng.ts';
import { createFaults, type FaultProfile, type Faults } from './fault.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { createTrace, type Trace } from './trace.ts';

/** Wall time at which every world begins. */
export const EPOCH_MS = 1_700_000_000_000;

export interface Violation {
  invariant: string;
  message: string;
}

export interface World {
  seed: number;
  prng: Prng;
  scheduler: Scheduler;
  faults: Faults;
  trace: Trace;
  /** Lost writes of records are part of the game: what rests on their being kept is not checked. */
  isForgetful: boolean;
  /** Until when the server is down; what reaches it before is lost. */
  downUntilMs: number;
  /** When the last of what a fault has delayed will have come. */
  lateUntilMs: number;
  /** How long a message is under way, in milliseconds. */
  latencyMs(): number;
  /** A fault has put something off: the world does not end before it has come. Returns the delay. */
  putOff(delayMs: number): number;
  /** Says that a rule was broken; the first one counts. */
  violate(invariant: string, message: string): void;
  violation(): Violation | null;
  /** Counts one check of a rule. */
  checked(invariant: string): void;
  checks: Map<string, number>;
  /** What was reached: states, verdicts, outcomes. */
  reached: Set<string>;
}

export interface WorldOptions {
  seed: number;
  profile: FaultProfile;
  keptLines: number;
  isDigested: boolean;
}

export function createWorld({ seed, profile, keptLines, isDigested }: WorldOptions): World {
  const prng = createPrng(seed);
  const scheduler = createScheduler(prng);
  const { nowMs } = scheduler;
  const trace = createTrace({ nowMs, kept: keptLines, isDigested });
  const checks = new Map<string, number>();
  let violation: Violation | null = null;
  const world: World = {
    ...{ seed, prng, scheduler, trace, checks },
    faults: createFaults(seed, profile),
    reached: new Set(),
    isForgetful: profile['unsynced-records'],
    downUntilMs: 0,
    lateUntilMs: 0,
    latencyMs: () => (prng.isLucky(0.03) ? 20 + 200 * prng.fraction() : 0.2 + 2 * prng.fraction()),
    putOff(delayMs) {
      world.lateUntilMs = Math.max(world.lateUntilMs, scheduler.nowMs() + delayMs);
      return delayMs;
    },
    violate(invariant, message) {
      trace.add('VIOLATION', invariant, message);
      violation ??= { invariant, message };
    },
    violation: () => violation,
    checked: (invariant) => void checks.set(invariant, (checks.get(invariant) ?? 0) + 1),
  };
  return world;
}
