// What is started for a stage, and how its output is read: a plain command, or a coding agent with its prompt.
// It must never start anything itself, nor put a prompt where a shell would read it.
import { writeFile } from 'node:fs/promises';
import type { Stage } from '../../machines/pipeline.ts';
import { OncewardError } from '../../transport/errors.ts';
import type { Repository } from '../../transport/git/repository.ts';
import { ADAPTERS } from './adapters/registry.ts';
import { accountSettingsOf, scrubberOf } from './agent-credentials.ts';
import { type AgentOutput, plainOutput } from './agent-output.ts';
import { readAgent } from './agent-reading.ts';
import { feedbackOf } from './catch-up-note.ts';
import type { JobFacts } from './job-facts.ts';
import type { RunLogs } from './run-logs.ts';
import { promptOf } from './stage-prompt.ts';
import type { WorkerDeps } from './worker-deps.ts';
import type { Workspace } from './workspace.ts';

export interface Launch {
  invocation: { command: string } | { argv: readonly string[]; input: string };
  output: AgentOutput;
}

export interface LaunchOptions {
  job: JobFacts;
  deps: Pick<WorkerDeps, 'accounts' | 'clock' | 'environment' | 'machine'>;
  repository: Repository;
  workspace: Workspace;
  log: RunLogs['log'];
  transcript: RunLogs['transcript'];
}

/** @throws CONFIG_INVALID when the stage names nothing to be run, PROMPT_INVALID */
export async function prepareLaunch(options: LaunchOptions): Promise<Launch> {
  const { stage, address } = options.job;
  if (stage.agent !== undefined) return agentLaunch(options, stage.agent);
  if (stage.command === undefined) {
    throw new OncewardError('CONFIG_INVALID', `stage ${stage.name} of ${address} has no command`);
  }
  return { invocation: { command: stage.command }, output: plainOutput(options.log) };
}

async function agentLaunch(
  options: LaunchOptions,
  agent: NonNullable<Stage['agent']>,
): Promise<Launch> {
  const { job, deps, workspace, log, transcript } = options;
  const { clock, machine } = deps;
  const adapter = ADAPTERS[agent.adapter];
  // Only the machine that holds a session knows it.
  const resumed = job.session?.machine === machine ? job.session : null;
  const feedback = feedbackOf(job, workspace.worktree);
  const isResumed = resumed !== null;
  const prompt = await promptOf({ ...options, job: { ...job, feedback }, isResumed });
  await writeFile(workspace.paths.promptFile, prompt);
  const invocation = adapter.start({
    executable: agent.executable ?? null,
    prompt,
    model: agent.model ?? null,
    // No cap: a person may let a run go on beyond that, and a process cannot be told so any more.
    maxTurns: agent.maxTurns ?? null,
    resume: resumed?.id ?? null,
    args: agent.args,
  });
  const prices = accountSettingsOf(job, deps.accounts())?.usdPerMillionTokens ?? null;
  const { scrub } = scrubberOf(job, deps);
  const output = readAgent({ adapter, machine, prices, resumed, clock, log, transcript, scrub });
  return { invocation, output };
}
