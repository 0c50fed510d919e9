// Evaluates the gates of a finished run, in their order; the first that does not pass decides.
// It must never change anything shared: no ref, no record, no comment. Anyone may evaluate at any time.
import { match } from 'ts-pattern';
import type { Gate } from '../../machines/pipeline.ts';
import { exitKind, isPassing, type Verdict } from '../../machines/verdict.ts';
import { branchOf, type Repository } from '../../transport/git/repository.ts';
import { scrubberOf } from './agent-credentials.ts';
import { adrGate } from './gates/adr.ts';
import { artifactGate } from './gates/artifact.ts';
import { commandGate } from './gates/command.ts';
import { exitGate } from './gates/exit.ts';
import { type Finding, type GateSubject, passed } from './gates/finding.ts';
import { touchesGate } from './gates/touches.ts';
import { verdictGate } from './gates/verdict-file.ts';
import type { ExitFacts, JobFacts, Trouble } from './job-facts.ts';
import { runPaths } from './run-paths.ts';
import { withTimeLimit } from './time-limit.ts';
import type { WorkerDeps } from './worker-deps.ts';

export interface EvaluationOptions {
  job: JobFacts;
  exit: ExitFacts;
  repository: Repository;
  deps: Pick<WorkerDeps, 'clock' | 'stateDir' | 'environment' | 'finalizeTimeoutMs' | 'accounts'>;
  /** What went wrong around the command, when something did: it decides before any gate. */
  trouble?: Trouble | null;
}

const MAX_SUMMARY_CHARACTERS = 4_000;

/**
 * Finds the verdict on a run, without any secret in its words. Read-only, and never throws for what it finds:
 * a repository that cannot be read is an `infra_error`.
 */
export async function evaluateGates(options: EvaluationOptions): Promise<Verdict> {
  const { scrub } = scrubberOf(options.job, options.deps);
  const { cause, summary, ...verdict } = await findVerdict(options);
  // A gate repeats what commands and files say, and an agent has written them.
  return { ...verdict, cause: scrub(cause), summary: shortened(scrub(summary)) };
}

async function findVerdict(options: EvaluationOptions): Promise<Verdict> {
  const { job, exit, trouble } = options;
  const early = decidedBeforeGates(exit, trouble ?? null);
  const unread = { headSha: job.headSha, isLanded: false };
  // A fault of the infrastructure says nothing of the work: there is no head to be looked up.
  if (early?.kind === 'infra_error') return verdictOf(early, unread);
  let subject: GateSubject;
  try {
    subject = await readSubject(options);
  } catch (error) {
    const summary = error instanceof Error ? error.message : String(error);
    return verdictOf(
      early ?? { kind: 'infra_error', cause: 'remote-unreachable', summary },
      unread,
    );
  }
  const finding = early ?? (await firstDeciding(job.stage.gates, subject).catch(gateUnavailable));
  const { headSha, baseSha, repository } = subject;
  const isLanded = headSha !== null && (await repository.isAncestor(headSha, baseSha));
  return verdictOf(finding, { headSha, isLanded });
}

// A command that did not end by itself has no result to be judged, whatever its gates would say.
function decidedBeforeGates(exit: ExitFacts, trouble: Trouble | null): Finding | null {
  const { cause, signal, evidence } = exit;
  const isEndedByItself = cause === 'exit-code';
  if (trouble !== null && (isEndedByItself || trouble.cause === cause)) {
    return { kind: exitKind(trouble.cause), ...trouble };
  }
  if (isEndedByItself) return null;
  const by = signal === null ? '' : ` (${signal})`;
  const seen = evidence ? `; ${evidence}` : '';
  const summary = `the command did not end with a result: ${cause}${by}${seen}`;
  return { kind: exitKind(cause), cause, summary };
}

async function readSubject({
  job,
  exit,
  repository,
  deps,
}: EvaluationOptions): Promise<GateSubject> {
  const { clock, stateDir, environment: host, finalizeTimeoutMs: limitMs } = deps;
  const subject = `reading the repository for ${job.address}`;
  await withTimeLimit({ clock, limitMs, subject }, (signal) => repository.fetch(signal));
  const baseSha = await repository.remoteHead(job.baseBranch);
  if (baseSha === null) throw new Error(`the remote has no branch "${job.baseBranch}"`);
  const remoteSha = await repository.remoteHead(branchOf(job.item));
  // A branch may be deleted once it has landed; its commits are then part of the base.
  const isKnownToHaveLanded =
    remoteSha === null &&
    job.headSha !== null &&
    (await repository.isAncestor(job.headSha, baseSha));
  const headSha = isKnownToHaveLanded ? job.headSha : remoteSha;
  return {
    job,
    exit,
    repository,
    paths: runPaths(stateDir, job),
    host,
    stateDir,
    clock,
    headSha,
    baseSha,
    hasNewCommits:
      headSha !== null &&
      headSha !== job.headSha &&
      (await hasOwnWork(repository, headSha, { since: job.headSha, baseSha })),
  };
}

// The head a run began with may have been rewritten away: then everything beyond it is new.
async function hasOwnWork(
  repository: Repository,
  sha: string,
  options: { since: string | null; baseSha: string },
): Promise<boolean> {
  return repository.hasOwnWork(sha, options).catch(() => true);
}

/** The first that does not pass decides; otherwise the last. @throws what a gate throws */
export async function firstDeciding(
  gates: readonly Gate[],
  subject: GateSubject,
): Promise<Finding> {
  let last: Finding = passed('no-gates');
  for (const gate of gates) {
    last = await evaluateGate(gate, subject);
    if (!isPassing(last.kind)) return last;
  }
  return last;
}

function evaluateGate(gate: Gate, subject: GateSubject): Promise<Finding> {
  return match(gate)
    .with({ kind: 'exit' }, () => exitGate(subject))
    .with({ kind: 'artifact' }, (artifact) => artifactGate(artifact, subject))
    .with({ kind: 'adr' }, (adr) => adrGate(adr, subject))
    .with({ kind: 'touches' }, (touches) => touchesGate(touches, subject))
    .with({ kind: 'command' }, (command) => commandGate(command, subject))
    .with({ kind: 'verdict' }, (file) => verdictGate(file, subject))
    .exhaustive();
}

function gateUnavailable(error: unknown): Finding {
  const summary = error instanceof Error ? error.message : String(error);
  return { kind: 'infra_error', cause: 'gate-unavailable', summary };
}

function verdictOf(finding: Finding, head: Pick<Verdict, 'headSha' | 'isLanded'>): Verdict {
  return { ...finding, ...head };
}

function shortened(text: string): string {
  if (text.length <= MAX_SUMMARY_CHARACTERS) return text;
  return `${text.slice(0, 1_000)}\n…\n${text.slice(1_010 - MAX_SUMMARY_CHARACTERS)}`;
}
