// Ends what a lost worker left running of a run that is over or being cancelled, and tells the run.
// It must never say `gone` of a process on another machine: nothing is known of it here.
import { isolationOf } from '../../machines/isolation.ts';
import { killLeftover } from '../../transport/process/leftover.ts';
import { endStrays } from '../../transport/process/strays.ts';
import { markOf } from './agent-environment.ts';
import { leftoverLimitsOf, strayMarksOf } from './ending.ts';
import { endContainersIn } from './isolation/leftover-containers.ts';
import { isDecided, type JobFacts } from './job-facts.ts';
import { openRunSession } from './run-session.ts';
import type { WorkerDeps } from './worker-deps.ts';

/**
 * `elsewhere`: the process is, or was, on another machine. `unproven`: it cannot be told apart.
 * `ended`: it is gone, and the run does not wait to be told.
 */
export type CleanupOutcome = 'gone' | 'ended' | 'elsewhere' | 'unproven' | 'refused';

/**
 * Ends the leftover process group when it is on this machine, and whatever else runs in the item's
 * worktree; a run that is being cancelled is then sent `gone`.
 * @throws PROCESS_FAILED when a member survives SIGKILL; BROKER_UNAVAILABLE, OUTCOME_UNKNOWN
 */
export async function cleanUp(job: JobFacts, deps: WorkerDeps): Promise<CleanupOutcome> {
  const { leftover } = job;
  // Without a recorded group, too: a worker may have died between starting its process and saying so.
  const machine = leftover?.machine ?? job.machine;
  if (machine !== null && machine !== deps.machine) return 'elsewhere';
  const limits = leftoverLimitsOf(job, deps);
  // Once the run is decided, what runs in the worktree may be the next one's.
  if (!isDecided(job)) {
    const worktree = worktreeOf(job, deps);
    if (isolationOf(job.stage).kind === 'container') await endContainersIn(worktree, deps);
    await endStrays({ ...limits, ...strayMarksOf(worktree) });
  }
  if (leftover !== null) {
    const outcome = await killLeftover({ ...leftover, mark: markOf(job) }, limits);
    if (outcome === 'unproven') return 'unproven';
  }
  if (job.state !== 'cancelling') return 'ended';
  const reply = await openRunSession(job, deps).send('gone', {}, { key: 'gone' });
  return reply.outcome === 'applied' ? 'gone' : 'refused';
}

function worktreeOf(job: JobFacts, { repositories }: WorkerDeps): string {
  const { project, repository: url, baseBranch, item } = job;
  return repositories.open({ project, url, baseBranch }).worktreePath(item);
}
