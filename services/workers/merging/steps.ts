// The four steps of a trial, each as the record asks for it: prepare, validate, land, verify.
// None of them may rest on what a step before it left in this process: another worker may have taken that one.
import { mergeRulesOf } from '../../../machines/merge/context.ts';
import type { StageSettings } from '../../../machines/stage-settings.ts';
import { OncewardError } from '../../../transport/errors.ts';
import type { Landing } from '../../../transport/git/landing.ts';
import type { TrialConflict } from '../../../transport/git/merge-candidate.ts';
import type { Repository } from '../../../transport/git/repository.ts';
import { faultPoint } from '../../../transport/process/fault-point.ts';
import { scrubberOf } from '../agent-credentials.ts';
import type { Finding } from '../gates/finding.ts';
import { firstDeciding } from '../gates.ts';
import type { Lease } from '../lease.ts';
import { runPaths } from '../run-paths.ts';
import type { MergingDeps, QueueReading } from './queue-reading.ts';
import { membersIn, membersOf, trialJob } from './trial-facts.ts';

export interface TrialStep {
  address: string;
  queue: QueueReading;
  settings: StageSettings;
  lease: Lease<QueueReading>;
  repository: Repository;
  deps: MergingDeps;
}

const MAX_SUMMARY_CHARACTERS = 4_000;
/** Of all conflicts together, and of each at least. */
const MAX_PATHS = 100;
const MIN_PATHS = 3;
const MAX_PATH_CHARACTERS = 200;

/** Puts the members onto the base of this moment, and shows the result to the forge where that is asked. */
export async function prepare({ queue, settings, lease, repository }: TrialStep): Promise<boolean> {
  const { landing } = repository;
  const { signal, token } = lease;
  const { context } = queue;
  lease.advance(1, 'fencing the remote');
  await landing.fence(token, signal);
  faultPoint('merge-preparing');
  lease.advance(1, 'merging the members onto the base');
  const { method } = mergeRulesOf(settings.stage);
  const prepared = await landing.prepare({ members: membersOf(context), method, signal });
  const { candidate } = prepared;
  if (candidate !== null && context.trial?.checks !== 'none') {
    lease.advance(1, 'publishing the candidate');
    await landing.publish({ token, sha: candidate.sha, signal });
  }
  lease.advance(1, 'prepared');
  return lease.report('prepared', { ...prepared, conflicts: shown(prepared.conflicts) });
}

/** A record has room for some paths of each: people need no more to begin with. */
function shown(conflicts: readonly TrialConflict[]): TrialConflict[] {
  const share = Math.max(MIN_PATHS, Math.floor(MAX_PATHS / Math.max(1, conflicts.length)));
  return conflicts.map((conflict) => {
    const paths = conflict.paths.slice(0, share).map((path) => path.slice(0, MAX_PATH_CHARACTERS));
    return { ...conflict, paths };
  });
}

/** Runs the gates in a clean checkout of the candidate. */
export async function validate(step: TrialStep): Promise<boolean> {
  const { lease, queue, deps } = step;
  if (queue.context.trial?.kind !== 'control') await haveCandidate(step);
  lease.advance(1, 'running the gates');
  faultPoint('merge-validating');
  const finding = await findingOf(step);
  if (lease.signal.aborted) return false;
  lease.advance(1, 'tested');
  const { scrub } = scrubberOf(step.settings, deps);
  const summary = scrub(finding.summary).slice(-MAX_SUMMARY_CHARACTERS);
  const { kind, cause } = finding;
  return lease.report('validated', { kind, cause, summary, sha: candidateOf(queue).sha });
}

/** Moves the base to the candidate, unless a holder before has done so. */
export async function land(step: TrialStep): Promise<boolean> {
  const { lease, queue, repository } = step;
  const { landing } = repository;
  const { token, signal } = lease;
  const candidate = candidateOf(queue);
  lease.advance(1, 'fencing the remote');
  await landing.fence(token, signal);
  const { isHeld, baseSha } = await landing.observe(candidate.sha, signal);
  if (isHeld) return lease.report('landed', {});
  if (baseSha !== candidate.baseSha) return lease.report('base-moved', { baseSha });
  await haveCandidate(step);
  lease.advance(1, 'landing');
  faultPoint('merge-merging');
  const outcome = await landing.land({
    ...{ token, baseSha: candidate.baseSha, sha: candidate.sha, signal },
    branches: rebasedBranches(step),
  });
  faultPoint('merge-landed');
  if (outcome === 'landed') return lease.report('landed', {});
  const now = await landing.observe(candidate.sha, signal);
  return lease.report('base-moved', { baseSha: now.baseSha });
}

/** Reads the base back: it must hold what was tested, and as it was tested. */
export async function verify({ lease, queue, repository }: TrialStep): Promise<boolean> {
  lease.advance(1, 'reading the base back');
  faultPoint('merge-verifying');
  const seen = await repository.landing.observe(candidateOf(queue).sha, lease.signal);
  const isTaken = await lease.report('verified', { ...seen });
  faultPoint('merge-verified');
  return isTaken;
}

/** Another worker may have made it: the same base, heads and titles give the same commit. */
async function haveCandidate({ queue, settings, lease, repository }: TrialStep): Promise<void> {
  const candidate = candidateOf(queue);
  const { method } = mergeRulesOf(settings.stage);
  const members = membersIn(queue.context, candidate);
  const made = await remade(repository.landing, { candidate, members, method, lease });
  if (made === candidate.sha) return;
  const message = `the candidate ${candidate.sha} could not be made again: ${made ?? 'nothing'} came of it`;
  throw new OncewardError('GIT_FAILED', message);
}

async function remade(
  landing: Landing,
  {
    candidate: { baseSha },
    members,
    method,
    lease: { signal },
  }: {
    candidate: ReturnType<typeof candidateOf>;
    members: ReturnType<typeof membersIn>;
    method: 'merge' | 'rebase';
    lease: Lease<QueueReading>;
  },
): Promise<string | null> {
  const { candidate } = await landing.prepare({ members, method, baseSha, signal });
  return candidate?.sha ?? null;
}

function candidateOf({ context }: QueueReading) {
  const candidate = context.trial?.candidate;
  if (candidate == null) throw new TypeError('expected a trial that has a candidate');
  return candidate;
}

function rebasedBranches({ queue, settings }: TrialStep) {
  if (mergeRulesOf(settings.stage).method !== 'rebase') return [];
  return candidateOf(queue).members.map(({ item, headSha, landsAs }) => {
    return { item, fromSha: headSha, toSha: landsAs };
  });
}

async function findingOf(step: TrialStep): Promise<Finding> {
  const { address, queue, settings, lease, repository, deps } = step;
  const { context } = queue;
  const job = trialJob(address, context, settings);
  const { baseSha, sha } = candidateOf(queue);
  const gates = settings.stage.gates.filter(({ kind }) => kind !== 'exit');
  return firstDeciding(gates, {
    ...{ job, repository, headSha: sha, baseSha, hasNewCommits: true },
    exit: { code: 0, signal: null, cause: 'exit-code' },
    paths: runPaths(deps.stateDir, job),
    ...{ host: deps.environment, stateDir: deps.stateDir, clock: deps.clock },
    watch: { onOutput: (bytes) => lease.advance(bytes), signal: lease.signal },
  }).catch(unavailable);
}

function unavailable(error: unknown): Finding {
  const summary = error instanceof Error ? error.message : String(error);
  return { kind: 'infra_error', cause: 'gate-unavailable', summary };
}
