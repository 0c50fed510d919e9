// Carries one run of an agent or command stage out, from `started` to the claim.
// It must never act for a run that has stopped listening: the first refusal ends everything.
import { isolationOf } from '../../machines/isolation.ts';
import type { Repository } from '../../transport/git/repository.ts';
import type { RefusalReason, Reply } from '../../transport/ports.ts';
import { faultPoint } from '../../transport/process/fault-point.ts';
import { killLeftover } from '../../transport/process/leftover.ts';
import { endStrays } from '../../transport/process/strays.ts';
import { type AgentOptions, runAgent, type SignOfLife } from './agent.ts';
import { markOf } from './agent-environment.ts';
import { conflictOf } from './catch-up-note.ts';
import { leftoverLimitsOf, strayMarksOf } from './ending.ts';
import { type Finalization, finalize, isGateRecorded } from './finalize.ts';
import { evaluateGates } from './gates.ts';
import type { SignOfLifeAnswer } from './heartbeat.ts';
import { holdOf } from './hold.ts';
import { ENGINE_FAILED_CODE } from './isolation/container.ts';
import { UNAVAILABLE } from './isolation/isolation.ts';
import { endContainersIn } from './isolation/leftover-containers.ts';
import { worktreePlace } from './isolation/places.ts';
import type { Trouble } from './job-facts.ts';
import { type EndedFacts, type JobFacts, MAX_EVIDENCE_CHARACTERS } from './job-facts.ts';
import { type Preparation, prepareRun } from './preparation.ts';
import { openRunSession, type RunSession } from './run-session.ts';
import type { WorkerDeps } from './worker-deps.ts';
import type { Workspace } from './workspace.ts';

/**
 * `refused`: another worker has the run, or it is over. `held`: an account it would draw on is suspended.
 * `lost`: it was taken away under way.
 * `cancelled`: ended, proven gone, nothing advanced. `claim-lost`: somebody else claimed first.
 */
export type StageRunOutcome =
  | 'refused'
  | 'held'
  | 'lost'
  | 'cancelled'
  | 'claim-won'
  | 'claim-lost';

/** Refusals of a sign of life that mean the run goes on without this worker. */
const REASONS_OF_LOSS: readonly RefusalReason[] = ['stale-epoch', 'not-now', 'finished'];

interface RunInProgress {
  job: JobFacts;
  deps: WorkerDeps;
  session: RunSession;
  repository: Repository;
}

interface Ended {
  result: EndedFacts;
  /** Null when it could not be prepared: there is nothing to bring out then. */
  workspace: Workspace | null;
  /** Why it could not be prepared, for people. */
  trouble: Trouble | null;
}

/**
 * Carries the run out: started, command, exited, push, report, gates, claim.
 * @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN when the run cannot be told what happened;
 * PROCESS_FAILED when a process of the command, or of an earlier one, cannot be ended.
 * Others may then take over.
 */
export async function carryOut(job: JobFacts, given: WorkerDeps): Promise<StageRunOutcome> {
  const run = beginRun(job, given);
  const { deps } = run;
  const hold = await holdOf(job, deps.accountRecords);
  if (hold !== null) {
    const held = await run.session.send('hold', { ...hold });
    return held.outcome === 'applied' ? 'held' : 'refused';
  }
  const started = await run.session.send('started', {
    worker: deps.worker,
    machine: deps.machine,
  });
  if (started.outcome === 'refused') return 'refused';
  await endLeftovers(run);

  const ended = await runCommand(run);
  if (ended.result.cause === 'lost') return 'lost';
  if (ended.result.cause === 'cancelled') return confirmGone(run, ended.result);

  // First of all, before anything is done with the result: this is what the grace is counted from.
  const exited = await run.session.insist('exited', { ...ended.result }, 'exited');
  if (exited.outcome === 'refused') return 'lost';
  if (isCancelled(exited)) return 'cancelled';
  faultPoint('finalizing');

  const { isLost, trouble } = await bringOut(run, ended);
  return isLost ? 'lost' : judgeAndClaim(run, ended, trouble);
}

function beginRun(job: JobFacts, given: WorkerDeps): RunInProgress {
  const { project, repository: url, baseBranch } = job;
  // As they are now, to the end: a credential that was given is scrubbed, though a reload takes it away.
  const accounts = given.accounts();
  const deps = { ...given, accounts: () => accounts };
  return {
    job,
    deps,
    session: openRunSession(job, deps),
    repository: deps.repositories.open({ project, url, baseBranch }),
  };
}

// Two runs of one item are never under way at once: whatever still runs in its worktree is of a worker
// that was lost, and would write into this run's work.
async function endLeftovers({ job, deps, repository }: RunInProgress): Promise<void> {
  const limits = leftoverLimitsOf(job, deps);
  const { leftover, item } = job;
  if (leftover !== null && leftover.machine === deps.machine) {
    await killLeftover({ ...leftover, mark: markOf(job) }, limits);
  }
  const worktree = repository.worktreePath(item);
  if (isolationOf(job.stage).kind === 'container') await endContainersIn(worktree, deps);
  await endStrays({ ...limits, ...strayMarksOf(worktree) });
}

async function runCommand(run: RunInProgress): Promise<Ended> {
  const { deps } = run;
  const prepared = await prepareRun(run);
  if ('cause' in prepared) return notRun(prepared);
  const { workspace, logs } = prepared;
  try {
    if (deps.cancelSignal?.aborted) {
      return { result: neverRun('cancelled'), workspace, trouble: null };
    }
    const conflict = conflictOf(run.job, workspace.worktree);
    if (conflict !== null) return notRun(conflict);
    const result = await runCounted(run, agentOptions(run, prepared));
    return { result, workspace, trouble: engineTrouble(run.job, result) };
  } finally {
    await logs.close().catch((error: unknown) => deps.onTrouble?.(error));
  }
}

async function runCounted({ deps }: RunInProgress, options: AgentOptions): Promise<EndedFacts> {
  deps.agents?.started();
  return runAgent(options).finally(() => deps.agents?.ended());
}

function agentOptions(
  { job, deps, session, repository }: RunInProgress,
  { workspace, launch, enter }: Preparation,
): AgentOptions {
  const { kind, wallClockMs, silenceMs, interruptGraceMs } = job.stage;
  const { progressMs, workerLeaseMs: leaseMs, cancelSignal, onTrouble } = deps;
  const onProgress = async (sign: SignOfLife) =>
    answerOf(await session.send('progress', { ...sign }, { timeoutMs: progressMs }));
  const cwd = workspace.worktree.path;
  const { output, invocation: inner } = launch;
  const input = 'input' in inner ? inner.input : undefined;
  const place = worktreePlace(workspace, repository);
  const { invocation, environment, umask, endRest } = enter(inner, place);
  const leftover = leftoverLimitsOf(job, deps);
  // Out of its group, but not out of its session, its folder or its environment: gone means gone.
  const endEscaped: AgentOptions['endEscaped'] = async ({ pid, startTicks }) => {
    // Before the others: an engine that is ended while it clears up leaves more behind.
    await endRest();
    await endStrays({ ...leftover, ...strayMarksOf(cwd), session: { id: pid, startTicks } });
  };
  // A command that is no agent leaves no commits to be watched for.
  const readHead = async () => (kind === 'agent' ? repository.headSha(job.item) : null);
  return {
    ...{ ...invocation, input, umask, cwd, environment, output, readHead },
    ...{ wallClockMs, silenceMs, interruptGraceMs, progressMs, leaseMs, ...leftover },
    ...{ onProgress, endEscaped, cancelSignal, onTrouble },
  };
}

// Whoever else may have to judge the run knows its exit alone: that says why, too.
function notRun(trouble: Trouble): Ended {
  const evidence = trouble.summary.slice(0, MAX_EVIDENCE_CHARACTERS);
  return { result: { ...neverRun(trouble.cause), evidence }, workspace: null, trouble };
}

function engineTrouble({ stage }: JobFacts, { cause, code }: EndedFacts): Trouble | null {
  const isContainer = isolationOf(stage).kind === 'container';
  if (!isContainer || cause !== 'exit-code' || code !== ENGINE_FAILED_CODE) return null;
  const summary = `the engine could not run the container (exit code ${code}); its words are in the log`;
  return { cause: UNAVAILABLE, summary };
}

function neverRun(cause: string): EndedFacts {
  return { code: null, signal: null, cause, outputBytes: 0 };
}

// A run that waits for its process to end says so by its state.
function answerOf(reply: Reply): SignOfLifeAnswer {
  if (reply.state === 'running.stopping') return 'over-cap';
  if (reply.outcome === 'applied' || !REASONS_OF_LOSS.includes(reply.reason)) return 'ours';
  return reply.reason === 'not-now' && reply.state === 'cancelling' ? 'cancelled' : 'lost';
}

function isCancelled(reply: Reply): boolean {
  return reply.state === 'cancelled';
}

async function confirmGone(
  run: RunInProgress,
  { usage, session }: EndedFacts,
): Promise<StageRunOutcome> {
  // By now every process of the command is proven gone. What it has used until then counts all the same.
  const said = { ...(usage && { usage }), ...(session && { session }) };
  const reply = await run.session.send('gone', said, { key: 'gone' });
  return reply.outcome === 'applied' || isCancelled(reply) ? 'cancelled' : 'lost';
}

async function bringOut(
  { job, deps, session, repository }: RunInProgress,
  { result, workspace, trouble }: Ended,
): Promise<Finalization> {
  if (workspace === null) return { isLost: false, trouble };
  const done = await finalize({ job, exit: result, workspace, repository, session, deps });
  return { ...done, trouble: trouble ?? done.trouble };
}

async function judgeAndClaim(
  { job, deps, session, repository }: RunInProgress,
  { result: exit }: Ended,
  trouble: Trouble | null,
): Promise<StageRunOutcome> {
  if (!(await isGateRecorded({ job, session }))) return 'lost';
  const evaluatedRevision = session.revision();
  const verdict = await evaluateGates({ job, exit, repository, deps, trouble });
  const claim = { claimant: deps.worker, verdict, evaluatedRevision };
  const reply = await session.insist('claim', claim, `claim:${deps.worker}`);
  return reply.outcome === 'applied' ? 'claim-won' : 'claim-lost';
}
