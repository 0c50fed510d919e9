// What a deployment writes down of the step under way: who carries it out, what it cost, and what it came to.
// It must never take a report for more than it says: only what was read back is live.
import { holderAfterProgress, holderAfterTake } from '../lease-holder.ts';
import { backoffMs, jittered } from '../limits.ts';
import type { Artifact } from './artifact.ts';
import { currentArtifact, rollbackTarget, targetOfLast } from './conditions.ts';
import {
  type Deployed,
  type DeploymentArgs,
  type DeploymentContext,
  type Operation,
  rulesOf,
} from './context.ts';
import type { Step } from './events.ts';
import { afterRound, beginWatch as begin } from './watch.ts';

const MAX_ARTIFACTS = 4;
const MAX_STEPS = 16;
const MAX_FAULT_CHARACTERS = 1_000;

export function beginRelease({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  const [release = null, ...queue] = context.queue;
  const settings = context.offered ?? context.settings;
  const begun = operationOf(context, event, null);
  return { ...begun, settings, release, queue, rollbackWanted: null };
}

/** What was good before comes back. Nothing of what was under way goes on. */
export function beginRollback({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  const isRetry = event.type === 'release';
  const target = isRetry ? targetOfLast(context) : rollbackTarget(context);
  const settings = context.settings ?? context.offered;
  const begun = operationOf(context, event, target);
  return { ...begun, settings, release: null, rollbackWanted: null, holding: null };
}

function operationOf(
  { operations }: DeploymentContext,
  { atMs }: { atMs: number },
  target: Deployed | null,
): Partial<DeploymentContext> {
  const number = operations + 1;
  const operation: Operation = {
    number,
    kind: target === null ? 'release' : 'rollback',
    startedAtMs: atMs,
    target,
    ...{ faults: 0, reclaims: 0, notBeforeMs: 0, lastFault: '' },
    isTouched: target !== null,
    ...{ findings: [], steps: [] },
  };
  return { operations: number, operation, holder: null, watch: null };
}

/** The next step costs what it costs by itself. */
export function goOn({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  const steps = 'data' in event && 'steps' in event.data ? event.data.steps : [];
  return changed(context, {
    ...{ faults: 0, reclaims: 0, notBeforeMs: 0, lastFault: '' },
    steps: stepsAfter(context, steps, event.atMs),
  });
}

/** A person has looked at it: it begins anew where it was. */
export function resume({ context }: DeploymentArgs): Partial<DeploymentContext> {
  const fresh = changed(context, { faults: 0, reclaims: 0, notBeforeMs: 0 });
  return { ...fresh, holding: null, holder: null };
}

export function recordTake({ event }: DeploymentArgs): Partial<DeploymentContext> {
  return event.type === 'take' ? { holder: holderAfterTake(event) } : {};
}

export function recordProgress({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  if (event.type !== 'progress' || context.holder === null) return {};
  return { holder: holderAfterProgress(context.holder, event) };
}

/** Whoever it was, what it still reports is refused; the next one goes on from here. */
export function dropHolder({ context }: DeploymentArgs): Partial<DeploymentContext> {
  const { operation } = context;
  const reclaims = (operation?.reclaims ?? 0) + 1;
  return { ...changed(context, { reclaims }), holder: null };
}

/** Nothing is to be done for a while. */
export function releaseHolder(): Partial<DeploymentContext> {
  return { holder: null };
}

/** It is tried again after a pause that grows. */
export function recordFault({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  const { operation, project, environment } = context;
  if (event.type !== 'failed' || operation === null) return { holder: null };
  const { retries } = rulesOf(context);
  const { faults, number } = operation;
  const seed = `${project}.${environment}.${number}.${faults}`;
  const pauseMs = jittered(backoffMs(retries.backoffMs, retries.backoffCapMs, faults), seed);
  const { phase, cause, summary, steps } = event.data;
  return {
    ...changed(context, {
      faults: faults + 1,
      notBeforeMs: event.atMs + pauseMs,
      lastFault: `${phase}: ${cause}: ${summary}`.slice(0, MAX_FAULT_CHARACTERS),
      steps: stepsAfter(context, steps, event.atMs),
    }),
    holder: null,
  };
}

/** It is over once and for all: the clock of whoever is asked next may be behind. */
export function endPause({ context }: DeploymentArgs): Partial<DeploymentContext> {
  return changed(context, { notBeforeMs: 0 });
}

export function recordArtifact({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  if (event.type !== 'built') return {};
  const { artifact } = event.data;
  const { release } = context;
  return {
    artifacts: artifactsWith(context, artifact),
    release: release && { ...release, artifact },
  };
}

/** The oldest goes first, but never that of what is live: items that it holds are told of it. */
function artifactsWith({ artifacts, live }: DeploymentContext, artifact: Artifact): Artifact[] {
  const isLive = (one: Artifact) => one.digest === live?.digest;
  const others = artifacts.filter((one) => !isLive(one)).slice(-(MAX_ARTIFACTS - 2));
  return [...artifacts.filter(isLive).slice(-1), ...others, artifact];
}

export function recordFindings({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  return event.type === 'checked' ? changed(context, { findings: event.data.findings }) : {};
}

/** A person answers for what nobody has tested. */
export function recordOverride({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  const { release } = context;
  if (event.type !== 'release' || release === null) return {};
  const { by, reason } = event.data;
  return { release: { ...release, override: { by, reason, atMs: event.atMs } } };
}

/** From here on nobody knows what is there until it was deployed. */
export function touch({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  const told = event.type === 'promoted' ? event.data.baselines : [];
  const baselines = Object.fromEntries(told.map(({ probe, value }) => [probe, value]));
  return { ...changed(context, { isTouched: true }), baselines };
}

export function recordDeployed({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  return { live: presentVersion(context, event.atMs) ?? context.live };
}

/** What is brought here at present. */
export function presentVersion(context: DeploymentContext, atMs: number): Deployed | null {
  const { operation, release } = context;
  const artifact = currentArtifact(context);
  if (operation === null) return null;
  const { number } = operation;
  if (operation.target !== null) return { ...operation.target, operation: number, atMs };
  if (artifact === null || release === null) return null;
  const { sha, image, digest } = artifact;
  return { operation: number, item: release.item, sha, image, digest, atMs };
}

export function beginWatch({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  return { watch: begin(rulesOf(context).watch, event.atMs), holder: null };
}

export function recordRound({ context, event }: DeploymentArgs): Partial<DeploymentContext> {
  if (event.type !== 'measured' || context.watch === null) return {};
  const { results } = event.data;
  const { watch: rules } = rulesOf(context);
  return { watch: afterRound(context.watch, rules, { results, atMs: event.atMs }) };
}

function changed(
  { operation }: DeploymentContext,
  change: Partial<Operation>,
): Partial<DeploymentContext> {
  return operation === null ? {} : { operation: { ...operation, ...change } };
}

/** What the operation has done so far, with what is told of it now. */
export function stepsAfter(
  { operation }: DeploymentContext,
  steps: readonly Step[],
  atMs: number,
): Operation['steps'] {
  const told = steps.map((step) => ({ ...step, atMs }));
  return [...(operation?.steps ?? []), ...told].slice(-MAX_STEPS);
}
