// Which commands bring a version into an environment, in which order and with which variables: what is carried out, and
// what a rehearsal shows. Pure: nothing here runs anything.
import type { Deployed } from '../../../machines/deployment/context.ts';
import type { DeployRules } from '../../../machines/deployment/rules.ts';
import type { DeployPhase } from './step-verdict.ts';

export type Version = Pick<Deployed, 'sha' | 'image' | 'digest'>;

export interface PlanSubject {
  /** Of the deployment. */
  address: string;
  /** Number of the operation. */
  operation: number;
  /** `rollback`: the version was good here before, and comes back. */
  kind: 'release' | 'rollback';
  /** What comes here. */
  version: Version;
  /** What is here, as far as is known. */
  previous: Pick<Version, 'sha' | 'digest'> | null;
}

export interface PlannedCommand {
  step: Exclude<DeployPhase, 'build'>;
  command: string;
  timeoutMs: number;
  /** The commit in whose clean checkout it runs. */
  sha: string;
  /** The same for each repetition: `<address>:<operation>:<step>`. */
  key: string;
  /** What it is told besides what every command is. */
  variables: Record<string, string>;
}

/** In the order in which they run; the first that fails is the last. */
export function deployPlan(subject: PlanSubject, rules: DeployRules): PlannedCommand[] {
  const { prepare, deploy, rollback, verify } = rules;
  const isRelease = subject.kind === 'release';
  const bring = isRelease || rollback === undefined ? deploy : rollback;
  const named = [
    { step: 'prepare', given: isRelease ? prepare : undefined },
    { step: bring === deploy ? 'deploy' : 'rollback', given: bring },
    { step: 'verify', given: verify },
  ] as const;
  return named.flatMap(({ step, given }) => {
    if (given === undefined) return [];
    const { command, timeoutMs } = given;
    const key = `${subject.address}:${subject.operation}:${step}`;
    const variables = { ...versionVariables(subject), ONCEWARD_KEY: key };
    return [{ step, command, timeoutMs, sha: subject.version.sha, key, variables }];
  });
}

function versionVariables({ version, previous }: PlanSubject): Record<string, string> {
  const { sha, image, digest } = version;
  return {
    ONCEWARD_SHA: sha,
    ONCEWARD_DIGEST: digest,
    ONCEWARD_IMAGE: `${image}@${digest}`,
    ONCEWARD_PREVIOUS_SHA: previous?.sha ?? '',
    ONCEWARD_PREVIOUS_DIGEST: previous?.digest ?? '',
  };
}
