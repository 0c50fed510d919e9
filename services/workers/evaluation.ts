// Judges a finished run that nobody has claimed in time, and claims it.
// It must never finish what the lost worker left undone: no push, no comment, only the claim.
import { evaluateGates } from './gates.ts';
import { isDecided, type JobFacts } from './job-facts.ts';
import { openRunSession } from './run-session.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** `no-exit`: nothing to judge yet. `claim-lost`: the run moved on, or its late worker was faster. */
export type EvaluationOutcome = 'no-exit' | 'claim-won' | 'claim-lost';

/**
 * Evaluates the gates on the revision the facts were read at, and claims on that revision.
 * @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN when the claim stays unanswered: the job comes again
 */
export async function evaluateOnly(job: JobFacts, deps: WorkerDeps): Promise<EvaluationOutcome> {
  const { repositories } = deps;
  const { project, repository: url, baseBranch, exit } = job;
  if (exit === null) return 'no-exit';
  // A late job is asked for again: the second one must not run the gates of a decided run.
  if (isDecided(job)) return 'claim-lost';
  const session = openRunSession(job, deps);
  const repository = repositories.open({ project, url, baseBranch });
  const verdict = await evaluateGates({ job, exit, repository, deps });
  const claim = { claimant: deps.worker, verdict, evaluatedRevision: job.revision };
  const reply = await session.send('claim', claim, { key: `claim:${deps.worker}` });
  return reply.outcome === 'applied' ? 'claim-won' : 'claim-lost';
}
