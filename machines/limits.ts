// The time limits a run and an item live under. Frozen into them when the item is opened,
// so that a change of configuration never moves the ground under work that is under way.
import { z } from 'zod';
import { hashOf } from './partition.ts';
import { GRACE_MS_DEFAULT } from './pipeline.ts';

const ms = z.number().int().positive();

export const limitsSchema = z.object({
  /** How long a finished run may stay unclaimed. A stage may override it. */
  graceMs: ms.default(GRACE_MS_DEFAULT),
  /** How long a claim is trusted before its act is repeated. */
  claimLeaseMs: ms.default(30_000),
  /** How long a run waits for a worker before its job is published again. Doubles each time. */
  queueStallMs: ms.default(600_000),
  /** From the choice of a worker to the first sign of a living process. */
  startTimeoutMs: ms.default(300_000),
  /** How long a requested evaluation may take before it is requested again. */
  evaluationTimeoutMs: ms.default(300_000),
  /** How long a person may take before being reminded. */
  approvalReminderMs: ms.default(86_400_000),
  /** First pause after an infrastructure fault; doubles with each further one. 0 is no pause. */
  retryBackoffMs: z.number().int().nonnegative().default(5_000),
  retryBackoffCapMs: z.number().int().nonnegative().default(300_000),
  /** How long a run that has reached a cap goes on before it is ended, unless a person allows it more. */
  capDecisionMs: ms.default(600_000),
  /** First suspension of an account whose provider fails without naming a time; doubles each time. */
  outageBackoffMs: ms.default(60_000),
  outageBackoffCapMs: ms.default(3_600_000),
});

export type Limits = z.infer<typeof limitsSchema>;

/** Doubles `baseMs` for each earlier try, up to `capMs`. */
export function backoffMs(baseMs: number, capMs: number, tries: number): number {
  return Math.min(capMs, baseMs * 2 ** Math.min(tries, 30));
}

/** The largest part that is taken off a pause, so that those who failed together do not return together. */
const JITTER_SHARE = 0.25;

/** Shortens a pause by up to a quarter; the same seed is always shortened by the same. */
export function jittered(delayMs: number, seed: string): number {
  return Math.ceil(delayMs * (1 - (JITTER_SHARE * hashOf(seed)) / 2 ** 32));
}
