// What a worker does with the job of a deployment: the step of the operation that its record asks for.
// It must never take what failed around a step for a verdict on the version.
import { parseAddress } from '../../../machines/address.ts';
import { hasCode } from '../../../transport/errors.ts';
import { carryLeasedWork, type LeasedOutcome, surroundingCause } from '../leased-work.ts';
import type { TakeStep } from './deploy-step.ts';
import { type DeployingDeps, readDeployment } from './deployment-reading.ts';
import { assess } from './steps/assess.ts';
import { build } from './steps/build.ts';
import { check } from './steps/check.ts';
import { deploy } from './steps/deploy.ts';
import { measure } from './steps/measure.ts';
import { promote } from './steps/promote.ts';
import { rollBack } from './steps/roll-back.ts';

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
export function carryDeployment(
  { address, operation }: { address: string; operation: number },
  deps: DeployingDeps,
): Promise<LeasedOutcome> {
  const key = parseAddress(address)?.key ?? '';
  const read = () => readDeployment(deps.deployments, key);
  return carryLeasedWork(
    {
      subject: { address, numberName: 'operation', read },
      ...{ number: operation, lane: 'deploy' },
      stepOf(reading, lease) {
        const { project, settings } = reading.context;
        const rules = settings?.stage.deploy;
        const take = STEPS[reading.state];
        if (take === undefined || settings === null || rules === undefined) return null;
        const { repository: url, baseBranch } = settings;
        const repository = deps.repositories.open({ project, url, baseBranch });
        return () => take({ address, reading, settings, rules, lease, repository, deps });
      },
      failureOf: (error, { state }) => ({ kind: 'infra_error', ...placeOf(error, state) }),
    },
    deps,
  );
}

/** What a step throws is no verdict on the version: whatever is one, it reports itself. */
function placeOf(error: unknown, state: string): { phase: string; cause: string } {
  if (hasCode(error, 'REGISTRY_UNAVAILABLE')) {
    return { phase: 'registry', cause: 'registry-unavailable' };
  }
  if (hasCode(error, 'REGISTRY_REFUSED')) return { phase: 'registry', cause: 'registry-refused' };
  return { phase: state, cause: surroundingCause(error) };
}
