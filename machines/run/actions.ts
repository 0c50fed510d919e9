// What a run writes down when it moves: each takes the context and the event and returns what changes.
// Deadlines are replaced as a whole on entering a state, so none outlives the state it belongs to.
import { match } from 'ts-pattern';
import { backoffMs, jittered } from '../limits.ts';
import { checksRulesOf, endingMs } from '../pipeline.ts';
import { capsReached, grantsAfter, mostUsage, NO_USAGE, tokensOf } from '../usage.ts';
import { graceMsOf, type RunArgs, type RunContext, totalUsage } from './context.ts';

/** How many finalization steps a run remembers. */
const MAX_FINALIZE_STEPS = 32;
/** Longest wait before a queued run's job is published again. */
const MAX_QUEUE_STALL_MS = 3_600_000;
/** How far past the wall clock a worker may be with its report. */
const REPORT_MARGIN_MS = 60_000;
/** How long a held run waits before it asks again, for an account may be resumed at any time. */
const MIN_PATIENCE_MS = 60_000;
const MAX_PATIENCE_MS = 300_000;
/** At most so long after the end of the suspension: the account itself must have noticed by then. */
const AFTER_HOLD_MS = 2_000;

export function recordStarted({ event }: RunArgs): Partial<RunContext> {
  if (event.type !== 'started') return {};
  return {
    worker: event.data.worker,
    machine: event.data.machine,
    startedAtMs: event.atMs,
    requeues: 0,
    processGroup: null,
    hold: null,
  };
}

export function recordHold({ context, event }: RunArgs): Partial<RunContext> {
  if (event.type !== 'hold') return {};
  const { account, cause, untilMs = event.atMs + MIN_PATIENCE_MS } = event.data;
  return { hold: { account, cause, untilMs, sinceMs: context.hold?.sinceMs ?? event.atMs } };
}

export function recordProgress({ context, event }: RunArgs): Partial<RunContext> {
  if (event.type !== 'progress') return {};
  const { headSha } = event.data;
  return {
    outputBytes: Math.max(context.outputBytes, event.data.outputBytes),
    processGroup: event.data.processGroup ?? context.processGroup,
    progressAtMs: event.atMs,
    workingSinceMs: context.workingSinceMs ?? event.atMs,
    workSha: headSha ?? context.workSha ?? null,
    watermarkAtMs: hasGrown({ context, event }) ? event.atMs : (context.watermarkAtMs ?? null),
    ...recordReport({ context, event }),
  };
}

/** Output, commits and tokens are what an agent has to show for its time. */
function hasGrown({ context, event }: RunArgs): boolean {
  if (event.type !== 'progress') return false;
  const { outputBytes, headSha, usage } = event.data;
  const isNewCommit = headSha !== null && headSha !== context.workSha;
  const tokens = (of: RunContext['usage'] | undefined) => (of ? tokensOf(of) : 0);
  return outputBytes > context.outputBytes || isNewCommit || tokens(usage) > tokens(context.usage);
}

/** What the agent itself says of its work; a process that is no agent says nothing. */
export function recordReport({ context, event }: RunArgs): Partial<RunContext> {
  if (event.type !== 'progress' && event.type !== 'exited' && event.type !== 'gone') return {};
  const { usage, session } = event.data;
  return {
    ...(usage === undefined ? {} : { usage: mostUsage(context.usage ?? NO_USAGE, usage) }),
    ...(session === undefined ? {} : { session }),
  };
}

/** What is used now has been told to the accounts, by the effect of this very transition. */
export function recordDrawn({ context }: RunArgs): Partial<RunContext> {
  return context.usage === null ? {} : { drawn: totalUsage(context) };
}

/** A person lets it go on: with as much again. */
export function recordGrant({ context }: RunArgs): Partial<RunContext> {
  return { grants: grantsAfter(totalUsage(context), context.stage.caps, context.grants) };
}

export function recordExit({ context, event }: RunArgs): Partial<RunContext> {
  if (event.type === 'exited') {
    const { code, signal, cause, evidence, outputBytes } = event.data;
    const exit = { code, signal, cause, ...seen(evidence), atMs: event.atMs };
    return { exit, outputBytes, ...recordReport({ context, event }) };
  }
  const cause = event.type === 'timed-out' ? 'timed-out' : 'worker-lost';
  const evidence = event.type === 'worker-lost' ? event.data.evidence : '';
  const exit = { code: null, signal: null, cause, ...seen(evidence), atMs: event.atMs };
  return { exit, ...leave(context) };
}

/** It was to be ended for a cap, or would have to be started again beyond it. */
export function recordStopped({ context, event }: RunArgs): Partial<RunContext> {
  const evidence = capsReached(totalUsage(context), context.stage.caps, context.grants).join(', ');
  const exit = { code: null, signal: null, cause: 'cap-reached', ...seen(evidence) };
  return { exit: { ...exit, atMs: event.atMs }, ...leave(context) };
}

function seen(evidence: string): { evidence?: string } {
  return evidence === '' ? {} : { evidence };
}

export function recordStep({ context, event }: RunArgs): Partial<RunContext> {
  if (event.type !== 'finalize-step') return {};
  const { step, key, result, report } = event.data;
  const others = context.steps.filter((known) => known.key !== key);
  const steps = [...others, { step, key, result, atMs: event.atMs }].slice(-MAX_FINALIZE_STEPS);
  return { steps, ...(report === undefined ? {} : { report }) };
}

/** A host that has seen fewer reruns of a commit does not give any of them back. */
export function recordChecks({ context, event }: RunArgs): Partial<RunContext> {
  if (event.type !== 'checks-seen') return {};
  const { sha, digest, summary } = event.data;
  const spent = context.checks?.sha === sha ? context.checks.reruns : 0;
  const reruns = Math.max(spent, event.data.reruns);
  return { checks: { sha, digest, reruns, summary, changedAtMs: event.atMs } };
}

export function recordClaim({ event }: RunArgs): Partial<RunContext> {
  if (event.type !== 'claim') return {};
  const { claimant, verdict, evaluatedRevision = null } = event.data;
  return { claim: { claimant, verdict, evaluatedRevision, atMs: event.atMs } };
}

/** A new generation: whatever the old worker still sends is refused as stale. */
export function loseWorker({ context }: RunArgs): Partial<RunContext> {
  return {
    ...leave(context),
    ...(context.usage === null ? {} : { usageBefore: totalUsage(context), usage: null }),
    epoch: context.epoch + 1,
    worker: null,
    machine: null,
    workingSinceMs: null,
  };
}

/** Reported lost once; reporting it again would ask for the same cleanup again. */
export function forgetWorker({ context }: RunArgs): Partial<RunContext> {
  return { ...leave(context), worker: null };
}

export function countRequeue({ context }: RunArgs): Partial<RunContext> {
  return { requeues: context.requeues + 1 };
}

function leave(context: RunContext): Partial<RunContext> {
  if (context.processGroup === null || context.machine === null) return {};
  return { leftover: { machine: context.machine, ...context.processGroup }, processGroup: null };
}

export function armQueue(args: RunArgs): Partial<RunContext> {
  const { limits, requeues, stage } = args.context;
  const stallCapMs = Math.max(MAX_QUEUE_STALL_MS, limits.queueStallMs);
  const delayMs = match(stage.kind)
    .with('approval', 'merge', 'deploy', 'external', () => limits.approvalReminderMs)
    // Whoever watches them gives up by itself after this; the rest is for whoever watches the watcher.
    .with('checks', () => checksRulesOf(stage).inactivityMs + limits.queueStallMs)
    .otherwise(() => backoffMs(limits.queueStallMs, stallCapMs, requeues));
  return { deadlines: { 'queue-stalled': timeOf(args) + delayMs } };
}

export function armStart(args: RunArgs): Partial<RunContext> {
  return { deadlines: { 'start-overdue': timeOf(args) + args.context.limits.startTimeoutMs } };
}

/** Jittered, so that runs that were held together do not all ask again together; less often as time goes by. */
export function armHold(args: RunArgs): Partial<RunContext> {
  const { project, item, stage, hold } = args.context;
  const nowMs = timeOf(args);
  const { untilMs, sinceMs } = hold ?? { untilMs: nowMs, sinceMs: nowMs };
  const patienceMs = Math.min(MAX_PATIENCE_MS, Math.max(MIN_PATIENCE_MS, nowMs - sinceMs));
  const seed = `${project}.${item}.${stage.name}.${nowMs}`;
  const leftMs = Math.max(0, untilMs - nowMs) + jittered(AFTER_HOLD_MS, seed);
  return { deadlines: { 'hold-due': nowMs + Math.min(leftMs, jittered(patienceMs, seed)) } };
}

/** Counted from the first sign of a living process: preparing it must not eat its time. */
export function armWallClock(args: RunArgs): Partial<RunContext> {
  return { deadlines: { 'timed-out': wallClockEndMs(args) } };
}

export function armDecision(args: RunArgs): Partial<RunContext> {
  const decisionMs = timeOf(args) + args.context.limits.capDecisionMs;
  return { deadlines: { 'decision-due': decisionMs, 'timed-out': wallClockEndMs(args) } };
}

/** Its worker hears of it with the answer to its next sign of life. */
export function armStopping(args: RunArgs): Partial<RunContext> {
  const limitMs = endingMs(args.context.stage) + REPORT_MARGIN_MS;
  return { deadlines: { 'timed-out': timeOf(args) + limitMs } };
}

function wallClockEndMs(args: RunArgs): number {
  const { stage, workingSinceMs } = args.context;
  const sinceMs = workingSinceMs ?? timeOf(args);
  return sinceMs + stage.wallClockMs + endingMs(stage) + REPORT_MARGIN_MS;
}

/** Counted from the exit or the last finalization step, whichever is later. */
export function armGrace(args: RunArgs): Partial<RunContext> {
  return { deadlines: { 'grace-elapsed': timeOf(args) + graceMsOf(args.context) } };
}

export function armEvaluation(args: RunArgs): Partial<RunContext> {
  const { evaluationTimeoutMs } = args.context.limits;
  return { deadlines: { 'evaluation-overdue': timeOf(args) + evaluationTimeoutMs } };
}

export function armLease(args: RunArgs): Partial<RunContext> {
  return { deadlines: { 'lease-elapsed': timeOf(args) + args.context.limits.claimLeaseMs } };
}

export function armCancel(args: RunArgs): Partial<RunContext> {
  const { stage, limits } = args.context;
  const delayMs = endingMs(stage) + limits.startTimeoutMs;
  return { deadlines: { 'cancel-overdue': timeOf(args) + delayMs } };
}

export function disarm(): Partial<RunContext> {
  return { deadlines: {} };
}

/** XState enters the first state with an event of its own, which has no time. */
function timeOf({ context, event }: RunArgs): number {
  return event.atMs ?? context.openedAtMs;
}
