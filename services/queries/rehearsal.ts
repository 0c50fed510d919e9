// What a deploy of one image would do, step by step, as the rules of the environment say. Pure.
// It must never say that a step would succeed: nobody has tried it.
import type { Artifact } from '../../machines/deployment/artifact.ts';
import type { DeploymentContext } from '../../machines/deployment/context.ts';
import { commitTagOf, type DeployRules, tagOf } from '../../machines/deployment/rules.ts';
import { deployPlan, type PlannedCommand } from '../workers/deploying/deploy-plan.ts';

export interface PlannedStep {
  step: string;
  /** What is done, in words. */
  does: string;
  /** Run by `sh -c` in a clean checkout of the commit; null where no command of the project is run. */
  command: string | null;
  timeoutMs: number | null;
}

export interface Rehearsal {
  sha: string;
  image: string;
  digest: string;
  /** What its commands are told of the version; docs/watching.md has those that only a worker knows. */
  variables: Record<string, string>;
  steps: PlannedStep[];
  /** What comes back when it proves bad; null when nothing could. */
  rollbackTo: string | null;
}

/** Null while no item has brought the rules. */
export function rehearse(
  context: DeploymentContext,
  artifact: Artifact,
  { address, rollbackTo }: { address: string; rollbackTo: string | null },
): Rehearsal | null {
  const rules = (context.offered ?? context.settings)?.stage.deploy;
  if (rules === undefined) return null;
  const { sha, image, digest } = artifact;
  const subject = {
    ...{ address, operation: context.operations + context.queue.length + 1 },
    kind: 'release',
    ...{ version: { sha, image, digest }, previous: context.live },
  } as const;
  const commands = deployPlan(subject, rules);
  const steps = [
    ...registrySteps(rules, artifact),
    ...commands.map(commandStep),
    ...rules.watch.probes.map(watchStep),
  ];
  return { sha, image, digest, variables: variablesOf(commands), steps, rollbackTo };
}

const WORDS = {
  prepare: 'makes the environment ready',
  deploy: 'deploys it, by digest',
  rollback: 'brings it back',
  verify: 'says whether it is good',
} as const satisfies Record<PlannedCommand['step'], string>;

/** Those that are the same for each command. */
function variablesOf([first]: readonly PlannedCommand[]): Record<string, string> {
  const entries = Object.entries(first?.variables ?? {});
  return Object.fromEntries(entries.filter(([name]) => !name.endsWith('_KEY')));
}

function registrySteps(rules: DeployRules, { sha }: Artifact): PlannedStep[] {
  const { environment, requires } = rules;
  const tags = `${tagOf(rules)} and ${commitTagOf(environment, sha)}`;
  const asked =
    requires === undefined
      ? 'asks the registry whether the image is there'
      : `asks the registry whether tag, revision and statement are those ${requires} has passed`;
  return [
    wordsAlone('check', asked),
    wordsAlone('promote', `moves the tags ${tags} to the digest, and reads them back`),
  ];
}

function commandStep({ step, command, timeoutMs }: PlannedCommand): PlannedStep {
  return { step, does: WORDS[step], command, timeoutMs };
}

function watchStep({
  name,
  kind,
  count,
  intervalMs,
}: DeployRules['watch']['probes'][number]): PlannedStep {
  return wordsAlone('watch', `measures ${name} (${kind}) ${count} times, every ${intervalMs} ms`);
}

function wordsAlone(step: string, does: string): PlannedStep {
  return { step, does, command: null, timeoutMs: null };
}
