// What follows a recorded exit, in this order: push, report. Each is done, then recorded under its key.
// It must never judge the result (the gates do), nor go on once the run is known to be another's.

import { MAX_REPORT_CHARACTERS } from '../../machines/run/events.ts';
import type { Repository } from '../../transport/git/repository.ts';
import { faultPoint } from '../../transport/process/fault-point.ts';
import { scrubberOf } from './agent-credentials.ts';
import type { EndedFacts, JobFacts, Trouble } from './job-facts.ts';
import { boundedText, plainText, postableText } from './neutral-text.ts';
import { readRegularFile } from './regular-file.ts';
import type { RunSession } from './run-session.ts';
import { withTimeLimit } from './time-limit.ts';
import type { WorkerDeps } from './worker-deps.ts';
import type { Workspace } from './workspace.ts';

export interface FinalizeOptions {
  job: JobFacts;
  exit: EndedFacts;
  workspace: Workspace;
  repository: Repository;
  session: RunSession;
  deps: Pick<WorkerDeps, 'clock' | 'finalizeTimeoutMs' | 'onTrouble' | 'accounts' | 'environment'>;
}

export interface Finalization {
  /** True when the run no longer listens to this worker. */
  isLost: boolean;
  /** Why the work could not be brought out, when it could not. */
  trouble: Trouble | null;
}

const MAX_COMMENT_BYTES = 32 * 1_024;
/** Room for what the bound itself says. */
const BOUND_MARGIN_CHARACTERS = 80;
/** The least that recording a step may take, in milliseconds. */
const RECORD_MIN_MS = 10_000;

/**
 * Pushes new commits, and records what the command has to say. Every step may be repeated without harm.
 * Both together take at most `finalizeTimeoutMs`; a step cut short counts as failed.
 * @throws OUTCOME_UNKNOWN, BROKER_UNAVAILABLE when a step that was done could not be recorded
 */
export async function finalize(options: FinalizeOptions): Promise<Finalization> {
  const { clock, finalizeTimeoutMs } = options.deps;
  const untilMs = clock.monotonicMs() + finalizeTimeoutMs;
  const leftMs = () => Math.max(1, Math.ceil(untilMs - clock.monotonicMs()));

  const pushed = await tryStep(options, leftMs(), (signal) => push(options, signal));
  if (pushed.result !== null) {
    const isOurs = await isRecorded(options, { step: 'push', result: pushed.result }, leftMs());
    if (!isOurs) return { isLost: true, trouble: null };
  }
  const trouble = pushed.error === null ? null : pushTrouble(pushed.error);

  const said = await tryStep(options, leftMs(), () => reportOf(options));
  if (said.result !== null) {
    const step = { step: 'report', result: '', report: said.result } as const;
    if (!(await isRecorded(options, step, leftMs()))) return { isLost: true, trouble };
    faultPoint('finalize-after-report');
  }
  return { isLost: false, trouble };
}

/**
 * Records a step; false when the run has moved on without this worker.
 * @throws OUTCOME_UNKNOWN, BROKER_UNAVAILABLE when it stays unanswered
 */
async function isRecorded(
  { job, session }: FinalizeOptions,
  { step, ...said }: { step: 'push' | 'report'; result: string; report?: string },
  limitMs: number,
): Promise<boolean> {
  const data = { step, key: stepKey(job, step), ...said };
  // Even where the limit is all but used up, what was done is worth a fair try at being recorded.
  const timeoutMs = Math.max(RECORD_MIN_MS, limitMs);
  const reply = await session.send('finalize-step', data, { key: step, timeoutMs });
  return reply.outcome === 'applied';
}

/**
 * Says that the gates are next, which starts the grace anew: they may take their time.
 * False when the run has moved on without this worker.
 * @throws OUTCOME_UNKNOWN, BROKER_UNAVAILABLE once the worker gives up
 */
export async function isGateRecorded({
  job,
  session,
}: Pick<FinalizeOptions, 'job' | 'session'>): Promise<boolean> {
  const data = { step: 'gate', key: stepKey(job, 'gate'), result: 'begun' };
  const reply = await session.insist('finalize-step', data, 'gate');
  return reply.outcome === 'applied';
}

async function push(
  { job, workspace, repository }: FinalizeOptions,
  signal: AbortSignal,
): Promise<string | null> {
  const { startSha, remoteSha } = workspace.worktree;
  const headSha = await repository.headSha(job.item);
  // A catch-up alone is nobody's work: it is pushed together with what is built on it, or not at all.
  if (headSha === null || headSha === startSha || headSha === remoteSha) return null;
  const { sha } = await repository.pushBranch(job.item, { expectedSha: remoteSha, signal });
  faultPoint('finalize-after-push');
  return sha;
}

/** Null when it has nothing to say. Hosts post it: a worker has no credentials for that. */
async function reportOf(options: FinalizeOptions): Promise<string | null> {
  const own = await readRegularFile(options.workspace.paths.commentFile, MAX_COMMENT_BYTES);
  if (own?.content == null) return null;
  const maxCharacters = MAX_REPORT_CHARACTERS - BOUND_MARGIN_CHARACTERS;
  return boundedText(harmless(own.content, options).trim(), maxCharacters) || null;
}

// Secrets are looked for once nothing invisible is left in them, and before names in them are broken up.
function harmless(comment: string, { job, deps }: FinalizeOptions): string {
  return postableText(scrubberOf(job, deps).scrub(plainText(comment)));
}

async function tryStep(
  { deps, job }: FinalizeOptions,
  limitMs: number,
  work: (signal: AbortSignal) => Promise<string | null>,
): Promise<{ result: string | null; error: unknown }> {
  const subject = `finalizing ${job.address}`;
  try {
    const result = await withTimeLimit({ clock: deps.clock, limitMs, subject }, work);
    return { result, error: null };
  } catch (error) {
    deps.onTrouble?.(error);
    return { result: null, error };
  }
}

function pushTrouble(error: unknown): Trouble {
  return { cause: 'push-failed', summary: error instanceof Error ? error.message : String(error) };
}

function stepKey({ address, epoch }: JobFacts, step: string): string {
  return `${address}:${epoch}:${step}`;
}
