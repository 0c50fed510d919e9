// What a worker does with the job of a merge queue: takes the lease, and goes on from what the record says.
// It must never go on once an answer, or the remote, has said that the lease is another's.
import { parseAddress } from '../../../machines/address.ts';
import type { INFRASTRUCTURE_CAUSES } from '../../../machines/verdict.ts';
import { hasCode } from '../../../transport/errors.ts';
import { faultPoint } from '../../../transport/process/fault-point.ts';
import { type Lease, leaveLease, takeLease } from '../lease.ts';
import { type MergingDeps, type QueueReading, readQueue } from './queue-reading.ts';
import { land, prepare, type TrialStep, validate, verify } from './steps.ts';

type InfrastructureCause = (typeof INFRASTRUCTURE_CAUSES)[number];

/**
 * `refused`: nothing to do, or another has it. `done`: nothing is left to be done by a holder.
 * `lost`: the lease was taken away under way. `failed`: something around it failed, which was reported.
 */
export type TrialOutcome = 'refused' | 'done' | 'lost' | 'failed';

const STEPS: Readonly<Record<string, (step: TrialStep) => Promise<boolean>>> = {
  preparing: prepare,
  validating: validate,
  merging: land,
  verifying: verify,
};

/** Carries a trial as far as it goes. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN once the worker gives up */
export async function carryTrial(
  { address, trial }: { address: string; trial: number },
  deps: MergingDeps,
): Promise<TrialOutcome> {
  const key = parseAddress(address)?.key ?? '';
  const read = () => readQueue(deps.merges, key);
  if ((await read())?.number !== trial) return 'refused';
  faultPoint('merge-job');
  const lease = await takeLease({ address, numberName: 'trial', read }, deps);
  if (lease === null) return 'refused';
  faultPoint('merge-taken');
  try {
    return await carryOn(address, lease, deps);
  } finally {
    await lease.end();
  }
}

async function carryOn(
  address: string,
  lease: Lease<QueueReading>,
  deps: MergingDeps,
): Promise<TrialOutcome> {
  for (;;) {
    if (lease.signal.aborted) return leave(address, lease, deps);
    const queue = await lease.read();
    // Whoever is not the holder any more may have done all there was to do.
    if (queue === null) return lease.isLost() ? 'lost' : 'done';
    const { settings } = queue.context;
    const take = STEPS[queue.state];
    if (take === undefined || settings === null) return 'done';
    const { project } = queue.context;
    const { repository: url, baseBranch } = settings;
    const repository = deps.repositories.open({ project, url, baseBranch });
    const failure = await take({ address, queue, settings, lease, repository, deps }).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    if (failure === null) continue;
    if (hasCode(failure.error, 'LEASE_LOST')) lease.lose();
    if (lease.signal.aborted) continue;
    return reportFailure(failure.error, lease, deps);
  }
}

async function leave(
  address: string,
  lease: Lease<QueueReading>,
  deps: MergingDeps,
): Promise<TrialOutcome> {
  if (!lease.isLost()) await leaveLease({ address, token: lease.token }, deps);
  return 'lost';
}

async function reportFailure(
  error: unknown,
  lease: Lease<QueueReading>,
  { onTrouble }: MergingDeps,
): Promise<TrialOutcome> {
  // Nobody answers: the job comes again, and the lease is missed by then.
  if (hasCode(error, 'BROKER_UNAVAILABLE', 'OUTCOME_UNKNOWN')) throw error;
  onTrouble?.(error);
  const summary = (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
  await lease.report('failed', { cause: causeOf(error), summary });
  return 'failed';
}

/** Nothing of it is the doing of a member. */
function causeOf(error: unknown): InfrastructureCause {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return 'disk-full';
  return hasCode(error, 'GIT_FAILED') ? 'remote-unreachable' : 'workspace-failed';
}
