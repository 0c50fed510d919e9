// What workers report to a deployment, and items ask of it, made from where it stands.
import { currentArtifact, REQUIRED_CHECKS } from '../../../machines/deployment/conditions.ts';
import type { DeploymentContext } from '../../../machines/deployment/context.ts';
import { artifactOf, digestOf, settingsOf } from '../../support/deployment-driver.ts';
import { ask, type Step, tell } from '../../support/machine-steps.ts';
import { shaOf } from '../../support/merge-driver.ts';
import type { Move } from './situation.ts';

type Data = Record<string, unknown>;

export const OTHER = digestOf('another');

const lease = ({ holder, operation }: DeploymentContext) => ({
  token: holder?.token ?? 1,
  operation: operation?.number ?? 1,
});

const shaIn = ({ release }: DeploymentContext) => release?.sha ?? shaOf('none');
const digestIn = (context: DeploymentContext) =>
  context.operation?.target?.digest ?? currentArtifact(context)?.digest ?? OTHER;

export function request(item: string, rules: Data = {}, attempt = 1): Step {
  const retries = { infra: 1, rollback: 1, backoffMs: 1_000 };
  const settings = settingsOf({ retries, ...rules });
  const run = { item, stage: 'release', attempt, headSha: shaOf(`${item} head`) };
  return tell('request', { ...run, sha: shaOf(item), settings });
}

export const take = (): Step => ask('take', { worker: 'w' });

export function assessed(context: DeploymentContext, more: Data = {}): Step {
  const found = { isOnBase: true, isContained: false, isNeeded: true };
  return ask('assessed', { ...lease(context), ...found, ...more });
}

export function built(context: DeploymentContext, digest = digestOf(shaIn(context))): Step {
  return ask('built', { ...lease(context), artifact: artifactOf(shaIn(context), { digest }) });
}

/** By whether all questions were asked. */
export function checked(context: DeploymentContext, isWhole = true): Step {
  const findings = REQUIRED_CHECKS.map((check) => ({ check, isMet: true }));
  const asked = isWhole ? findings : findings.slice(1);
  const about = { digest: digestIn(context), sha: shaIn(context) };
  return ask('checked', { ...lease(context), ...about, findings: asked });
}

export function promoted(context: DeploymentContext, digest = digestIn(context)): Step {
  return ask('promoted', { ...lease(context), digest });
}

export function deployed(context: DeploymentContext): Step {
  return ask('deployed', { ...lease(context), digest: digestIn(context) });
}

export function rolledBack(context: DeploymentContext): Step {
  return ask('rolled-back', { ...lease(context), digest: digestIn(context) });
}

export function measured(context: DeploymentContext, outcome: string): Step {
  const { watch } = context;
  const results = (watch?.probes ?? []).map(({ name }) => ({ probe: name, outcome }));
  return ask('measured', { ...lease(context), round: watch?.round ?? 1, results });
}

export function failed(context: DeploymentContext, kind: string): Step {
  const failure = { kind, phase: 'deploy', cause: 'exit-code' };
  return ask('failed', { ...lease(context), ...failure });
}

export function at(type: string, atMs: number): Move {
  return { type, data: {}, door: 'deadline', atMs };
}
