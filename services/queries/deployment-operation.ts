// What is under way in an environment: the operation with its stages and findings, and how its version is watched. Pure.
// It must never say of a stage that it is done which a person still decides about.
import { currentArtifact } from '../../machines/deployment/conditions.ts';
import {
  type Deployed,
  type DeploymentContext,
  type HeldFrom,
  rulesOf,
} from '../../machines/deployment/context.ts';
import type { Probe } from '../../machines/deployment/probes.ts';
import type { WatchedProbe } from '../../machines/deployment/watch.ts';
import type {
  OperationView,
  ProbeView,
  StageProgress,
  VersionView,
  WatchView,
} from './deployment-view.ts';

/** The stage of each state. */
const STAGE_OF: Readonly<Record<string, string>> = {
  assessing: 'assess',
  building: 'build',
  verifyingProvenance: 'check',
  promoting: 'promote',
  deploying: 'deploy',
  observing: 'watch',
  rollingBack: 'roll back',
  observingRollback: 'watch',
};
const RELEASE = ['assess', 'build', 'check', 'promote', 'deploy', 'watch'] as const;
const ROLLBACK = ['roll back', 'watch'] as const;

const WORDS: Readonly<Record<string, string>> = {
  assessing: 'is compared with the base and with what is live',
  building: 'is built: its image is made once, and pushed',
  verifyingProvenance: 'is asked for in the registry: is its image the one that was tested?',
  promoting: 'is promoted: the tags of the environment are moved to its image',
  deploying: 'is deployed by its commands',
  observing: 'is watched',
  rollingBack: 'is brought back',
  observingRollback: 'has come back, and is watched',
  held: 'waits for a person',
};

export function operationOf(context: DeploymentContext, state: string): OperationView | null {
  const { operation } = context;
  if (operation === null) return null;
  const { number, kind, startedAtMs, isTouched, faults, reclaims, lastFault } = operation;
  return {
    ...{ number, kind, startedAtMs, isTouched, faults, reclaims, lastFault },
    step: WORDS[topOf(state)] ?? state,
    stages: stagesOf(context, state),
    target: versionOf(context, operation.target),
    notBeforeMs: operation.notBeforeMs === 0 ? null : operation.notBeforeMs,
    findings: operation.findings,
    steps: operation.steps,
  };
}

export function versionOf(
  { project }: Pick<DeploymentContext, 'project'>,
  deployed: Deployed | null,
): VersionView | null {
  if (deployed === null) return null;
  return { ...deployed, item: deployed.item === null ? null : `${project}/${deployed.item}` };
}

function stagesOf(context: DeploymentContext, state: string): OperationView['stages'] {
  const { operation, holding } = context;
  const isHeld = state === 'held';
  const present = isHeld ? heldStage(context, holding?.from) : STAGE_OF[topOf(state)];
  const names: readonly string[] = operation?.kind === 'rollback' ? ROLLBACK : RELEASE;
  const at = names.indexOf(present ?? '');
  const isBuilt = operation?.steps.some(({ step }) => step === 'build') === true;
  const isBuilding = present === 'build' || present === 'assess';
  return names
    .map((name, place): OperationView['stages'][number] => {
      const now: StageProgress = isHeld ? 'stopped' : 'now';
      return { name, progress: place === at ? now : place < at ? 'done' : 'later' };
    })
    .filter(({ name }) => name !== 'build' || isBuilt || isBuilding)
    .filter(({ name }) => name !== 'watch' || rulesOf(context).watch.probes.length > 0);
}

/** Of what is held before anything was changed, the record says no more than how far it had got. */
function heldStage(context: DeploymentContext, from: HeldFrom | undefined): string | undefined {
  if (from === undefined) return undefined;
  if (from !== 'untouched') return STAGE_OF[from];
  const isAsked = (context.operation?.findings.length ?? 0) > 0;
  return isAsked || currentArtifact(context) !== null ? 'check' : 'assess';
}

export function watchOf(context: DeploymentContext): WatchView | null {
  const { watch, baselines } = context;
  if (watch === null) return null;
  const rules = rulesOf(context).watch.probes;
  const probes = watch.probes.map((watched) => {
    const rule = rules.find(({ name }) => name === watched.name);
    return probeView(watched, rule, baselines[watched.name] ?? null);
  });
  const { round, startedAtMs, deadlineMs } = watch;
  return { round, startedAtMs, deadlineMs, probes };
}

const NO_LIMITS = {
  ...{ count: 0, failureLimit: 0, inconclusiveLimit: 0, consecutiveErrorLimit: 0 },
  consecutiveSuccessLimit: null,
};

function probeView(
  watched: WatchedProbe,
  rule: Probe | undefined,
  baseline: number | null,
): ProbeView {
  const nextAtMs = watched.state === 'running' ? watched.nextAtMs : null;
  const told = { ...watched, nextAtMs };
  if (rule === undefined) {
    const unknown = { kind: 'unknown', isShadow: false, unit: '', baseline } as const;
    return { ...told, ...NO_LIMITS, ...unknown, limits: { min: null, max: null } };
  }
  const { kind, shadow: isShadow, count, failureLimit, inconclusiveLimit } = rule;
  const { consecutiveErrorLimit, consecutiveSuccessLimit = null } = rule;
  return {
    ...{ ...told, kind, isShadow, count, failureLimit, inconclusiveLimit },
    ...{ consecutiveErrorLimit, consecutiveSuccessLimit, baseline },
    unit: kind === 'http' ? 'ms' : '',
    limits: limitsOf(rule, baseline),
  };
}

/** The nearest end on each side: what the rule itself says, and what the baseline leaves room for. */
function limitsOf(rule: Probe, baseline: number | null): ProbeView['limits'] {
  const own = ownLimits(rule);
  const ratio = rule.baseline?.maxRatio;
  if (ratio === undefined || baseline === null) return own;
  const most = baseline * ratio;
  return { ...own, max: own.max === null ? most : Math.min(own.max, most) };
}

function ownLimits(rule: Probe): ProbeView['limits'] {
  if (rule.kind === 'http') return { min: null, max: rule.maxLatencyMs ?? null };
  if (rule.kind === 'command') return { min: null, max: null };
  return { min: rule.good.min ?? null, max: rule.good.max ?? null };
}

/** `observing` of `observing.waiting` */
export function topOf(state: string): string {
  return state.split('.')[0] ?? state;
}
