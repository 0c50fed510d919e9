// A deployment in the shape that commands know: as if it were one run, with what is deployed as variables.
// It must never be used to report anything: a deployment is told by its lease.
import { currentArtifact } from '../../../machines/deployment/conditions.ts';
import type { DeploymentContext, Release } from '../../../machines/deployment/context.ts';
import type { JobFacts } from '../job-facts.ts';
import type { DeployStep } from './deploy-step.ts';

/** No item can be called like this: what runs for a deployment is never taken for an item's. */
const ITEM_PREFIX = 'deploy=';

export function deployJob({ address, reading, settings }: DeployStep): JobFacts {
  const { project, environment, operation, release, holder } = reading.context;
  const { stage, repository, baseBranch } = settings;
  const number = operation?.number ?? 1;
  return {
    ...{ address, project, repository, baseBranch, stage },
    item: `${ITEM_PREFIX}${environment}`,
    attempt: number,
    epoch: holder?.token ?? 1,
    title: `Deployment ${number} of ${project} to ${environment}`,
    ...{ body: '', feedback: '', session: null, dailyCaps: {} },
    headSha: release?.sha ?? operation?.target?.sha ?? null,
    ...{ exit: null, revision: 0, state: reading.state, leftover: null },
    ...{ machine: null, traceparent: null },
  };
}

/** The release under way. @throws TypeError without one: then there is nothing to be worked on */
export function releaseIn({ release }: DeploymentContext): Release {
  if (release === null) throw new TypeError('expected a release to be under way');
  return release;
}

/** The same for each repetition of the same step of the same operation. */
export function stepKey({ address, reading }: DeployStep, name: string): string {
  return `${address}:${reading.context.operation?.number ?? 0}:${name}`;
}

/** What comes here: the image of the release under way, or the version that comes back. Null before it is built. */
export function imageOf({ reading }: DeployStep): { image: string; digest: string } | null {
  return reading.context.operation?.target ?? currentArtifact(reading.context);
}

/** What every command of a deployment is told. Empty where it is not known, or there is none. */
export function commandVariables(
  step: DeployStep,
  { sha, key }: { sha: string; key: string },
): Record<string, string> {
  const { context } = step.reading;
  const { live, operation } = context;
  const image = imageOf(step);
  return {
    ONCEWARD_PROJECT: context.project,
    ONCEWARD_ENVIRONMENT: context.environment,
    ONCEWARD_SHA: sha,
    ONCEWARD_IMAGE: image === null ? '' : `${image.image}@${image.digest}`,
    ONCEWARD_IMAGE_NAME: image?.image ?? step.rules.image.name,
    ONCEWARD_DIGEST: image?.digest ?? '',
    ONCEWARD_PREVIOUS_SHA: live?.sha ?? '',
    ONCEWARD_PREVIOUS_DIGEST: live?.digest ?? '',
    ONCEWARD_OPERATION: String(operation?.number ?? ''),
    ONCEWARD_TOKEN: String(step.lease.token),
    ONCEWARD_KEY: key,
  };
}
