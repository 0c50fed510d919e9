// What a worker does with the job of a deployment: takes the lease, and goes on from what the record says.
// It must never go on once an answer has said that the lease is another's.
import { parseAddress } from '../../../machines/address.ts';
import { hasCode } from '../../../transport/errors.ts';
import { faultPoint } from '../../../transport/process/fault-point.ts';
import { type Lease, leaveLease, takeLease } from '../lease.ts';
import type { TakeStep } from './deploy-step.ts';
import {
  type DeployingDeps,
  type DeploymentReading,
  readDeployment,
} from './deployment-reading.ts';
import { assess } from './steps/assess.ts';
import { build } from './steps/build.ts';
import { check } from './steps/check.ts';
import { deploy } from './steps/deploy.ts';
import { measure } from './steps/measure.ts';
import { promote } from './steps/promote.ts';
import { rollBack } from './steps/roll-back.ts';

/**
 * `refused`: nothing to do, or another has it. `done`: nothing is left to be done by a holder.
 * `lost`: the lease was taken away under way. `failed`: something around it failed, which was reported.
 */
export type DeploymentOutcome = 'refused' | 'done' | 'lost' | 'failed';

const STEPS: Readonly<Record<string, TakeStep>> = {
  assessing: assess,
  building: build,
  verifyingProvenance: check,
  promoting: promote,
  deploying: deploy,
  rollingBack: rollBack,
  'observing.measuring': measure,
  'observingRollback.measuring': measure,
};

/** Carries a deployment as far as it goes. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN once the worker gives up */
export async function carryDeployment(
  { address, operation }: { address: string; operation: number },
  deps: DeployingDeps,
): Promise<DeploymentOutcome> {
  const key = parseAddress(address)?.key ?? '';
  const read = () => readDeployment(deps.deployments, key);
  if ((await read())?.number !== operation) return 'refused';
  faultPoint('deploy-job');
  const lease = await takeLease({ address, numberName: 'operation', read }, deps);
  if (lease === null) return 'refused';
  faultPoint('deploy-taken');
  try {
    return await carryOn(address, lease, deps);
  } finally {
    await lease.end();
  }
}

async function carryOn(
  address: string,
  lease: Lease<DeploymentReading>,
  deps: DeployingDeps,
): Promise<DeploymentOutcome> {
  for (;;) {
    if (lease.signal.aborted) {
      if (!lease.isLost()) await leaveLease({ address, token: lease.token }, deps);
      return 'lost';
    }
    const reading = await lease.read();
    // Whoever is not the holder any more may have done all there was to do.
    if (reading === null) return lease.isLost() ? 'lost' : 'done';
    const { settings } = reading.context;
    const rules = settings?.stage.deploy;
    const take = STEPS[reading.state];
    if (take === undefined || settings === null || rules === undefined) return 'done';
    const { project } = reading.context;
    const { repository: url, baseBranch } = settings;
    const repository = deps.repositories.open({ project, url, baseBranch });
    const step = { address, reading, settings, rules, lease, repository, deps };
    const failure = await take(step).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    if (failure === null || lease.signal.aborted) continue;
    return reportFailure(failure.error, { lease, phase: reading.state, deps });
  }
}

/** What a step throws is no verdict on the version: whatever is one, it reports itself. */
async function reportFailure(
  error: unknown,
  given: { lease: Lease<DeploymentReading>; phase: string; deps: DeployingDeps },
): Promise<DeploymentOutcome> {
  // Nobody answers: the job comes again, and the lease is missed by then.
  if (hasCode(error, 'BROKER_UNAVAILABLE', 'OUTCOME_UNKNOWN')) throw error;
  given.deps.onTrouble?.(error);
  const summary = (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
  const cause = causeOf(error);
  const isOfRegistry = hasCode(error, 'REGISTRY_UNAVAILABLE', 'REGISTRY_REFUSED');
  const phase = isOfRegistry ? 'registry' : given.phase;
  await given.lease.report('failed', { kind: 'infra_error', phase, cause, summary });
  return 'failed';
}

function causeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return 'disk-full';
  if (hasCode(error, 'REGISTRY_UNAVAILABLE')) return 'registry-unavailable';
  if (hasCode(error, 'REGISTRY_REFUSED')) return 'registry-refused';
  return hasCode(error, 'GIT_FAILED') ? 'remote-unreachable' : 'workspace-failed';
}
