// What can be read from the record of a deployment without an event: guards, actions and readers share it.
import type { Artifact } from './artifact.ts';
import {
  type Decided,
  type Deployed,
  type DeploymentContext,
  type Release,
  rulesOf,
} from './context.ts';

/** Releases that a record has room for. */
export const MAX_QUEUED = 16;

/** What was asked before a tag is moved, for an environment that requires another one. */
export const REQUIRED_CHECKS = ['tag', 'revision', 'statement'] as const;

/** What was built of a commit, by this release or by one before. */
export function artifactOf(
  { artifacts }: Pick<DeploymentContext, 'artifacts'>,
  { artifact, sha }: Pick<Release, 'artifact' | 'sha'>,
): Artifact | null {
  return artifact ?? artifacts.findLast((one) => one.sha === sha) ?? null;
}

/** The image of the release under way. */
export function currentArtifact(context: DeploymentContext): Artifact | null {
  return context.release === null ? null : artifactOf(context, context.release);
}

/** The environment that is asked for has passed the very same image, or a person answers for it. */
export function isTested(context: DeploymentContext): boolean {
  const { release } = context;
  const { requires } = rulesOf(context);
  const artifact = currentArtifact(context);
  if (requires === undefined) return true;
  if (release === null || artifact === null) return false;
  if (release.override !== null) return true;
  return release.passes.some(
    ({ environment, digest }) => environment === requires && digest === artifact.digest,
  );
}

export function isCondemned(
  { condemned }: Pick<DeploymentContext, 'condemned'>,
  digest: string | undefined,
): boolean {
  return condemned.some((one) => one.digest === digest);
}

/** What comes back when the present version proves bad: the newest that was good and is another one. */
export function rollbackTarget(context: DeploymentContext): Deployed | null {
  const { good, live, operation, condemned } = context;
  const current =
    operation?.kind === 'release' ? currentArtifact(context)?.digest : (live?.digest ?? null);
  const fit = good.filter(
    ({ digest }) => digest !== current && !isCondemned({ condemned }, digest),
  );
  return fit.at(-1) ?? null;
}

/** What was to come back when that failed last; without it, what would come back anyhow. */
export function targetOfLast(context: DeploymentContext): Deployed | null {
  const { ended, good, condemned } = context;
  const last = ended.at(-1);
  const isFit = last?.kind === 'rollback' && !isCondemned({ condemned }, last.digest ?? undefined);
  const again = isFit ? good.findLast(({ digest }) => digest === last.digest) : undefined;
  return again ?? rollbackTarget(context);
}

/** Nobody is asked for it while it is watched and nothing is to be measured, or while it waits for the next try. */
export function isWorkWanted({ operation, holder }: DeploymentContext, nowMs: number): boolean {
  return operation !== null && holder === null && operation.notBeforeMs <= nowMs;
}

/** What became of this very run was decided before; null when nobody has decided, or it was forgotten. */
export function decidedOf(
  { decided }: Pick<DeploymentContext, 'decided'>,
  told: Pick<Decided, 'item' | 'stage' | 'attempt' | 'sha'>,
): Decided | null {
  const { item, stage, attempt, sha } = told;
  const isSame = (one: Decided) =>
    one.item === item && one.stage === stage && one.attempt === attempt && one.sha === sha;
  return decided.findLast(isSame) ?? null;
}

/** It waits here, or is under way. */
export function releaseOf(
  { queue, release }: Pick<DeploymentContext, 'queue' | 'release'>,
  item: string,
): Release | null {
  if (release?.item === item) return release;
  return queue.find((one) => one.item === item) ?? null;
}

/** Whether it may already be in the environment, so that it cannot simply be forgotten. */
export function isTouched({ operation }: Pick<DeploymentContext, 'operation'>): boolean {
  return operation?.isTouched === true;
}
