// What the report of a step means: whether it is taken, and where it leads.
// A version must never get on by what nobody has asked: every question has to have been answered.
import { currentArtifact, isCondemned, isTested, REQUIRED_CHECKS } from './conditions.ts';
import { type DeploymentArgs, rulesOf } from './context.ts';
import { afterRound, watchState } from './watch.ts';

/** What is live holds it already. What an operator asks for is deployed all the same. */
export function isContained({ context, event }: DeploymentArgs): boolean {
  if (event.type !== 'assessed' || context.release?.item == null) return false;
  return event.data.isContained && context.rest !== 'idle';
}

export function isNotNeeded({ context, event }: DeploymentArgs): boolean {
  if (event.type !== 'assessed' || context.release?.item == null) return false;
  return event.data.isOnBase && !event.data.isNeeded;
}

/** It cannot go on as it is, and nothing here could change that. */
export function isUnfit({ context, event }: DeploymentArgs): boolean {
  if (event.type !== 'assessed') return false;
  const isBuildable = currentArtifact(context) !== null || rulesOf(context).build !== undefined;
  return !event.data.isOnBase || isBarred({ context, event }) || !isBuildable;
}

/** Its image has proved bad here, and nobody answers for it. */
export function isBarred({ context }: DeploymentArgs): boolean {
  const digest = currentArtifact(context)?.digest;
  return isCondemned(context, digest) && context.release?.override === null;
}

export function isBuildNeeded({ context, event }: DeploymentArgs): boolean {
  return event.type === 'assessed' && currentArtifact(context) === null;
}

/** Of the very commit, in the very place. */
export function isOwnBuild({ context, event }: DeploymentArgs): boolean {
  if (event.type !== 'built' || currentArtifact(context) !== null) return false;
  const { sha, image, environment } = event.data.artifact;
  const isHere = environment === context.environment && image === rulesOf(context).image.name;
  return isHere && sha === context.release?.sha;
}

/** Every question was asked of this very image, and answered well. */
export function isProven({ context, event }: DeploymentArgs): boolean {
  const artifact = currentArtifact(context);
  if (event.type !== 'checked' || artifact === null) return false;
  const { digest, sha, findings } = event.data;
  const isIt = digest === artifact.digest && sha === artifact.sha && sha === context.release?.sha;
  const isAsked = REQUIRED_CHECKS.every((check) => findings.some((one) => one.check === check));
  return isIt && isAsked && findings.every(({ isMet }) => isMet);
}

export function isProvenAndTested(args: DeploymentArgs): boolean {
  return isProven(args) && isTested(args.context);
}

/** It speaks of the very image that is to be deployed. */
export function isReleasesDigest({ context, event }: DeploymentArgs): boolean {
  if (event.type !== 'promoted' && event.type !== 'deployed') return false;
  return event.data.digest === currentArtifact(context)?.digest;
}

export function isReleasedAndUnwatched(args: DeploymentArgs): boolean {
  return isReleasesDigest(args) && !isWatched(args);
}

/** A person has asked for a rollback, so it is not tried once more. */
export function isFailedAndUnwanted({ context, event }: DeploymentArgs): boolean {
  return event.type === 'failed' && context.rollbackWanted !== null;
}

export function isReleasedAndUnwanted(args: DeploymentArgs): boolean {
  return isReleasesDigest(args) && args.context.rollbackWanted !== null;
}

export function isTargetsDigest({ context, event }: DeploymentArgs): boolean {
  if (event.type !== 'rolled-back') return false;
  return event.data.digest === context.operation?.target?.digest;
}

export function isTargetUnwatched(args: DeploymentArgs): boolean {
  return isTargetsDigest(args) && !isWatched(args);
}

function isWatched({ context }: DeploymentArgs): boolean {
  return rulesOf(context).watch.probes.some(({ shadow }) => !shadow);
}

/** Infrastructure has failed, and may cost this step one more try. */
export function mayTryAgain({ context, event }: DeploymentArgs): boolean {
  if (event.type !== 'failed' || event.data.kind !== 'infra_error') return false;
  return (context.operation?.faults ?? 0) < rulesOf(context).retries.infra;
}

/** The version of before must come back: whatever has failed, it is tried again. */
export function mayRollBackAgain({ context, event }: DeploymentArgs): boolean {
  if (event.type !== 'failed') return false;
  return (context.operation?.faults ?? 0) < rulesOf(context).retries.rollback;
}

export function isProductFault({ event }: DeploymentArgs): boolean {
  return event.type === 'failed' && event.data.kind === 'product_fail';
}

export function isWatchFailed(args: DeploymentArgs): boolean {
  return stateAfterRound(args) === 'failed';
}

export function isWatchPassed(args: DeploymentArgs): boolean {
  return stateAfterRound(args) === 'passed';
}

export function isWatchUndecided(args: DeploymentArgs): boolean {
  return stateAfterRound(args) === 'undecided';
}

function stateAfterRound({ context, event }: DeploymentArgs) {
  if (event.type !== 'measured' || context.watch === null) return null;
  const { watch: rules } = rulesOf(context);
  const { results } = event.data;
  return watchState(afterRound(context.watch, rules, { results, atMs: event.atMs }), rules);
}
