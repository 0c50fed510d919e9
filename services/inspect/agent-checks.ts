// Whether this machine can run the coding agents that the configuration names: their programs, and the variables of their accounts.
// It must never say the value of a variable, nor start an agent for more than its version.
import { type AgentChoice, accountOf } from '../../machines/agent.ts';
import { isolationOf } from '../../machines/isolation.ts';
import type { Stage } from '../../machines/pipeline.ts';
import { programVersion } from '../../transport/process/program-version.ts';
import type { Accounts } from '../config/account-settings.ts';
import { ADAPTERS } from '../workers/adapters/registry.ts';
import type { HostEnvironment } from '../workers/agent-environment.ts';
import { type Check, failed, passed } from './check.ts';

export interface AgentCheckOptions {
  /** Of all pipelines. */
  stages: readonly Pick<Stage, 'name' | 'agent' | 'isolation'>[];
  accounts: Accounts;
  /** As a worker on this machine would have it. */
  environment: HostEnvironment;
}

/** One for each program, one for each account; none where no stage names an agent. */
export async function agentChecks(options: AgentCheckOptions): Promise<Check[]> {
  const { stages, accounts, environment } = options;
  const withAgent = stages.flatMap((stage) =>
    stage.agent === undefined ? [] : [{ ...stage, agent: stage.agent }],
  );
  // In a container it is the image that has the program.
  const here = withAgent.filter((stage) => isolationOf(stage).kind !== 'container');
  const programs = new Map(here.map(({ name, agent }) => [programOf(agent), name]));
  const names = new Set(withAgent.map(({ agent }) => accountOf(agent)));
  const checks = [...programs].map(([program, stage]) =>
    programCheck(program, { stage, environment }),
  );
  return [
    ...(await Promise.all(checks)),
    ...[...names].map((name) => accountCheck(name, accounts, environment)),
  ];
}

function programOf({ adapter, executable }: AgentChoice): string {
  const nothing = { prompt: '', model: null, maxTurns: null, resume: null, args: [] };
  return ADAPTERS[adapter].start({ executable: executable ?? null, ...nothing }).argv[0] ?? adapter;
}

async function programCheck(
  program: string,
  { stage, environment }: { stage: string; environment: HostEnvironment },
): Promise<Check> {
  const name = `agent ${program}`;
  if (program.includes('/') && !program.startsWith('/')) {
    return passed(name, 'a path in the worktree: looked for when a run begins');
  }
  const found = await programVersion(program, environment);
  if ('version' in found) return passed(name, found.version);
  const remedy = 'install it in the PATH of the workers, or name it under `agent.executable`';
  return failed(name, `stage "${stage}" needs it: ${found.reason}; ${remedy}`);
}

function accountCheck(name: string, accounts: Accounts, environment: HostEnvironment): Check {
  const variables = accounts[name]?.env ?? [];
  const title = `account ${name}`;
  const missing = variables.filter((variable) => !environment[variable]);
  if (missing.length > 0) {
    const remedy = `set them where workers are started, or correct \`accounts.${name}.env\``;
    return failed(title, `not set here: ${missing.join(', ')}; ${remedy}`);
  }
  if (variables.length === 0) return passed(title, 'its agents are given no variables');
  return passed(title, `set here: ${variables.join(', ')}`);
}
