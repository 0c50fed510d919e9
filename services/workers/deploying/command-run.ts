// Runs one command of a deployment in a clean checkout of the commit, as far apart from the machine as its stage asks.
// It must never judge how the command ended, nor let a secret into its log or its last words.
import { isolationOf } from '../../../machines/isolation.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { scrubberOf } from '../agent-credentials.ts';
import { runInCheckout } from '../checkout-command.ts';
import { ENGINE_FAILED_CODE } from '../isolation/container.ts';
import { prepareIsolation } from '../isolation/isolation.ts';
import { openRunLogs } from '../run-logs.ts';
import { runPaths } from '../run-paths.ts';
import { commandVariables, deployJob } from './deploy-facts.ts';
import type { DeployStep } from './deploy-step.ts';

export interface DeployCommand {
  /** `build`, `deploy`, `verify`, …: for people. */
  name: string;
  command: string;
  timeoutMs: number;
  /** What is checked out. */
  sha: string;
  /** The same for each repetition of the same step. */
  key: string;
  /** Besides what every command is told; they win. */
  variables?: Readonly<Record<string, string>>;
  /** Folders outside of the checkout that it may write to; they exist. */
  writable?: readonly string[];
}

export interface CommandRun {
  /** Null when a signal has ended it. */
  exit: number | null;
  signal: string | null;
  /** It was ended because its time was up. */
  isOverdue: boolean;
  /** The end of its output, without secrets. */
  tail: string;
  durationMs: number;
}

/**
 * Resolves once the command and all it has left running are gone; every byte of its output is progress. Once the
 * lease is lost the command is ended, and what it says counts for nothing.
 * @throws GIT_FAILED without the commit, CONTAINER_FAILED, PROCESS_FAILED when it cannot be started, ended or kept apart
 */
export async function runCommand(step: DeployStep, asked: DeployCommand): Promise<CommandRun> {
  const { deps, lease, repository } = step;
  const { clock, stateDir, environment: host } = deps;
  const { name, command, timeoutMs, sha, key, writable } = asked;
  const job = deployJob(step);
  const { enter, reason } = await prepareIsolation(job, { clock, stateDir, environment: host });
  if (enter === null) throw new OncewardError('PROCESS_FAILED', reason);
  // What is to be run may have been found by another machine's clone.
  await repository.ensureClone();
  if (!(await repository.isAncestor(sha, sha))) await repository.fetch(lease.signal);
  const logs = await openRunLogs(runPaths(stateDir, job), job, deps);
  const { scrub } = scrubberOf(job, deps);
  const startedAtMs = clock.monotonicMs();
  logs.log.append(Buffer.from(`[onceward] ${name} ${key} of ${sha}\n`));
  lease.advance(1, `running ${name}`);
  try {
    const { code, signal, isOverdue, tail } = await runInCheckout({
      ...{ command, timeoutMs, sha, job, repository, clock, host, enter },
      variables: { ...commandVariables(step, { sha, key }), ...asked.variables },
      writable: writable ?? [],
      onOutput: (chunk, stream) => {
        lease.advance(chunk.length);
        logs.log.append(chunk, stream);
      },
      signal: lease.signal,
    });
    if (code === ENGINE_FAILED_CODE && isolationOf(job.stage).kind === 'container') {
      throw new OncewardError('CONTAINER_FAILED', `the engine did not run ${name}: ${scrub(tail)}`);
    }
    const durationMs = Math.round(clock.monotonicMs() - startedAtMs);
    return { exit: code, signal, isOverdue, tail: scrub(tail), durationMs };
  } finally {
    await logs.close().catch((error: unknown) => deps.onTrouble?.(error));
  }
}
