// Ends what a lost worker left running of a run that is being cancelled, and tells the run.
// It must never say `gone` of a process on another machine: nothing is known of it here.
import { killLeftover } from '../../transport/process/leftover.ts';
import { markOf } from './agent-environment.ts';
import type { JobFacts } from './job-facts.ts';
import { openRunSession } from './run-session.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** `elsewhere`: the process is, or was, on another machine. `unproven`: it cannot be told apart. */
export type CleanupOutcome = 'gone' | 'elsewhere' | 'unproven' | 'refused';

/**
 * Ends the leftover process group when it is on this machine, and sends `gone`.
 * @throws PROCESS_FAILED when a member survives SIGKILL; BROKER_UNAVAILABLE, OUTCOME_UNKNOWN
 */
export async function cleanUp(job: JobFacts, deps: WorkerDeps): Promise<CleanupOutcome> {
  const { asker, clock, machine, reportTimeoutMs } = deps;
  if (job.leftover !== null && job.leftover.machine !== machine) return 'elsewhere';
  if (job.leftover !== null) {
    const { killGraceMs } = job.stage;
    const leftover = { ...job.leftover, mark: markOf(job) };
    if ((await killLeftover(leftover, { clock, killGraceMs })) === 'unproven') return 'unproven';
  }
  const session = openRunSession({ asker, job, reportTimeoutMs });
  const reply = await session.send('gone', {}, { key: 'gone' });
  return reply.outcome === 'applied' ? 'gone' : 'refused';
}
