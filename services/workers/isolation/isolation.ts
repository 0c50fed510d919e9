// Keeps the commands of a stage as far apart from the machine as the stage asks, its gates' commands too.
// It must never start anything with less isolation than was asked for: what cannot be had is said, and nothing runs.
import { type Isolation, isolationOf, type ProcessIsolation } from '../../../machines/isolation.ts';
import { findExecutable } from '../../../transport/process/executable.ts';
import {
  bubblewrapArgv,
  withoutNewPrivileges,
} from '../../../transport/process/sandbox-command.ts';
import { trialRun } from '../../../transport/process/trial-run.ts';
import type { HostEnvironment } from '../agent-environment.ts';
import type { JobFacts } from '../job-facts.ts';
import { prepareContainer } from './container.ts';
import { argvOf, type Enter, type IsolationDeps, type PreparedIsolation } from './entering.ts';

/** The cause of a run whose stage asks for what its worker does not have. */
export const UNAVAILABLE = 'isolation-unavailable';

/** Makes sure that this machine has what the stage asks for. Nothing is started for the run. */
export async function prepareIsolation(
  job: JobFacts,
  deps: IsolationDeps,
): Promise<PreparedIsolation> {
  const isolation: Isolation = isolationOf(job.stage);
  if (isolation.kind === 'container') return prepareContainer(isolation, job, deps);
  const lacking = await lackingTool(isolation, deps.environment);
  if (lacking === null) return { enter: enterProcess(isolation), reason: null };
  const reason = `stage "${job.stage.name}" asks for ${lacking.what}, which this worker cannot give: ${lacking.why}`;
  return { enter: null, reason };
}

/** What a process isolation needs and this machine lacks. */
export async function lackingTool(
  { sandbox, noNewPrivileges }: ProcessIsolation,
  environment: HostEnvironment,
): Promise<{ what: string; why: string } | null> {
  if (sandbox === 'bubblewrap') {
    // Installed is not enough: the machine may forbid the name spaces it lives by.
    const trial = { argv: ['true'], cwd: '/', writable: [], readOnly: [], hasNetwork: false };
    const why = isInstalled('bwrap', environment)
      ? await trialRun(bubblewrapArgv(trial), environment)
      : 'bwrap is not installed';
    return why === null ? null : { what: 'bubblewrap', why };
  }
  if (!noNewPrivileges || isInstalled('setpriv', environment)) return null;
  return { what: 'noNewPrivileges', why: 'setpriv is not installed' };
}

function isInstalled(program: string, { PATH: path }: HostEnvironment): boolean {
  return findExecutable(program, { path }) !== null;
}

function enterProcess(isolation: ProcessIsolation): Enter {
  const { umask, noNewPrivileges, sandbox, network } = isolation;
  const mask = umask === undefined ? undefined : Number.parseInt(umask, 8);
  return (invocation, { folder: cwd, writable, readOnly, environment }) => {
    const common = { environment, umask: mask, endRest: async () => {} };
    if (sandbox === 'bubblewrap') {
      const argv = argvOf(invocation);
      const options = { argv, cwd, writable, readOnly, hasNetwork: network === true };
      return { ...common, invocation: { argv: bubblewrapArgv(options) } };
    }
    if (!noNewPrivileges) return { ...common, invocation };
    return { ...common, invocation: { argv: withoutNewPrivileges(argvOf(invocation)) } };
  };
}
