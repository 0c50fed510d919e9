// What a deploy of one image would do, step by step, as the rules of the environment say. Pure.
// It must never say that a step would succeed: nobody has tried it.
import type { Artifact } from '../../machines/deployment/artifact.ts';
import type { DeploymentContext } from '../../machines/deployment/context.ts';
import { commitTagOf, type DeployRules, tagOf } from '../../machines/deployment/rules.ts';

export interface PlannedStep {
  step: string;
  /** What is done, in words. */
  does: string;
  /** Run by `sh -c` in a clean checkout of the commit; null where no command of the project is run. */
  command: string | null;
  timeoutMs: number | null;
}

export interface DeployPlan {
  sha: string;
  image: string;
  digest: string;
  /** What every command is told. The key and the token of the lease are known only when it is run. */
  variables: Record<string, string>;
  steps: PlannedStep[];
  /** What comes back when it proves bad; null when nothing could. */
  rollbackTo: string | null;
}

/** Null while no item has brought the rules. */
export function deployPlan(
  context: DeploymentContext,
  artifact: Artifact,
  rollbackTo: string | null,
): DeployPlan | null {
  const rules = (context.offered ?? context.settings)?.stage.deploy;
  if (rules === undefined) return null;
  const { sha, image, digest } = artifact;
  const variables = variablesOf(context, artifact);
  return { sha, image, digest, variables, steps: stepsOf(rules, artifact), rollbackTo };
}

function variablesOf(
  { project, environment, live, operations }: DeploymentContext,
  { sha, image, digest }: Artifact,
): Record<string, string> {
  return {
    ONCEWARD_PROJECT: project,
    ONCEWARD_ENVIRONMENT: environment,
    ONCEWARD_SHA: sha,
    ONCEWARD_IMAGE: `${image}@${digest}`,
    ONCEWARD_IMAGE_NAME: image,
    ONCEWARD_DIGEST: digest,
    ONCEWARD_PREVIOUS_SHA: live?.sha ?? '',
    ONCEWARD_PREVIOUS_DIGEST: live?.digest ?? '',
    ONCEWARD_OPERATION: String(operations + 1),
  };
}

function stepsOf(rules: DeployRules, { sha }: Artifact): PlannedStep[] {
  const { environment, requires, prepare, deploy, verify, watch } = rules;
  const tags = `${tagOf(rules)} and ${commitTagOf(environment, sha)}`;
  const asked =
    requires === undefined
      ? 'asks the registry whether the image is there'
      : `asks the registry whether tag, revision and statement are those ${requires} has passed`;
  return [
    registry('check', asked),
    registry('promote', `moves the tags ${tags} to the digest, and reads them back`),
    ...(prepare === undefined ? [] : [command('prepare', 'makes the environment ready', prepare)]),
    command('deploy', 'deploys it, by digest', deploy),
    ...(verify === undefined ? [] : [command('verify', 'says whether it is good', verify)]),
    ...watch.probes.map(({ name, kind, count, intervalMs }) =>
      registry('watch', `measures ${name} (${kind}) ${count} times, every ${intervalMs} ms`),
    ),
  ];
}

function registry(step: string, does: string): PlannedStep {
  return { step, does, command: null, timeoutMs: null };
}

function command(
  step: string,
  does: string,
  { command: text, timeoutMs }: DeployRules['deploy'],
): PlannedStep {
  return { step, does, command: text, timeoutMs };
}
