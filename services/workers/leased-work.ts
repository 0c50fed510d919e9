// Carries the work of an actor that many items come to: takes its lease, and goes on from what its record says, step by
// step. It must never go on once an answer, or whatever fences, has said that the lease is another's.
import { hasCode } from '../../transport/errors.ts';
import { faultPoint } from '../../transport/process/fault-point.ts';
import {
  type Lease,
  type LeasedReading,
  type LeaseSubject,
  leaveLease,
  takeLease,
} from './lease.ts';
import type { WorkerDeps } from './worker-deps.ts';

/**
 * `refused`: nothing to do, or another has it. `done`: nothing is left to be done by a holder.
 * `lost`: the lease was taken away under way. `failed`: something around it failed, which was reported.
 */
export type LeasedOutcome = 'refused' | 'done' | 'lost' | 'failed';

export interface LeasedWork<Reading extends LeasedReading> {
  subject: LeaseSubject<Reading>;
  /** What the job was published for: the number of a trial or an operation. */
  number: number;
  /** Of fault points. */
  lane: 'merge' | 'deploy';
  /** What the record asks for now; null when that is nothing a holder does. */
  stepOf(reading: Reading, lease: Lease<Reading>): (() => Promise<boolean>) | null;
  /** What is reported of whatever a step has thrown, besides its summary. */
  failureOf(error: unknown, reading: Reading): Record<string, unknown>;
}

/** Carries it as far as it goes. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN once the worker gives up */
export async function carryLeasedWork<Reading extends LeasedReading>(
  work: LeasedWork<Reading>,
  deps: WorkerDeps,
): Promise<LeasedOutcome> {
  const { subject, number, lane } = work;
  if ((await subject.read())?.number !== number) return 'refused';
  faultPoint(`${lane}-job`);
  const lease = await takeLease(subject, deps);
  if (lease === null) return 'refused';
  faultPoint(`${lane}-taken`);
  try {
    return await carryOn(work, lease, deps);
  } finally {
    await lease.end();
  }
}

async function carryOn<Reading extends LeasedReading>(
  work: LeasedWork<Reading>,
  lease: Lease<Reading>,
  deps: WorkerDeps,
): Promise<LeasedOutcome> {
  const { address } = work.subject;
  for (;;) {
    if (lease.signal.aborted) {
      if (!lease.isLost()) await leaveLease({ address, token: lease.token }, deps);
      return 'lost';
    }
    const reading = await lease.read();
    // Whoever is not the holder any more may have done all there was to do.
    if (reading === null) return lease.isLost() ? 'lost' : 'done';
    const take = work.stepOf(reading, lease);
    if (take === null) return 'done';
    const failure = await take().then(
      () => null,
      (error: unknown) => ({ error }),
    );
    if (failure === null) continue;
    const { error } = failure;
    if (hasCode(error, 'LEASE_LOST')) lease.lose();
    if (lease.signal.aborted) continue;
    // Nobody answers: the job comes again, and the lease is missed by then.
    if (hasCode(error, 'BROKER_UNAVAILABLE', 'OUTCOME_UNKNOWN')) throw error;
    deps.onTrouble?.(error);
    const summary = (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
    await lease.report('failed', { ...work.failureOf(error, reading), summary });
    return 'failed';
  }
}

/** What failed around a step, where nothing better is known of it. */
export function surroundingCause(
  error: unknown,
): 'disk-full' | 'remote-unreachable' | 'workspace-failed' {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return 'disk-full';
  return hasCode(error, 'GIT_FAILED') ? 'remote-unreachable' : 'workspace-failed';
}
