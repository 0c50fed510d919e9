// What a run writes down when it moves: each takes the context and the event and returns what changes.
// Deadlines are replaced as a whole on entering a state, so none outlives the state it belongs to.
import { backoffMs, jittered } from '../limits.ts';
import { endingMs } from '../pipeline.ts';
import { mostUsage, NO_USAGE, tokensOf } from '../usage.ts';
import { graceMsOf, type RunArgs, type RunContext, totalUsage } from './context.ts';

/** How many finalization steps a run remembers. */
const MAX_FINALIZE_STEPS = 32;
/** Longest wait before a queued run's job is published again. */
const MAX_QUEUE_STALL_MS = 3_600_000;
/** How far past the wall clock a worker may be with its report. */
const REPORT_MARGIN_MS = 60_000;
/** Longest wait before a held run asks again: an account may be resumed at any time. */
const MAX_HOLD_MS = 60_000;
const MIN_HOLD_MS = 1_000;

export function recordStarted({ context, event }: RunArgs): Partial<RunContext> {
  if (event.type !== 'started') return {};
  return {
    worker: event.data.worker,
    machine: event.data.machine,
    startedAtMs: event.atMs,
    requeues: 0,
    processGroup: null,
    outputBytes: context.outputBytes,
    hold: null,
  };
}

export function recordHold({ event }: RunArgs): Partial<RunContext> {
  if (event.type !== 'hold') return {};
  const { account, cause, untilMs } = event.data;
  return { hold: { account, cause, untilMs } };
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
    ...reported(context, event),
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
function reported(context: RunContext, event: RunArgs['event']): Partial<RunContext> {
  if (event.type !== 'progress' && event.type !== 'exited') return {};
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

export function recordGrant({ context }: RunArgs): Partial<RunContext> {
  return { grants: context.grants + 1 };
}

export function recordExit({ context, event }: RunArgs): Partial<RunContext> {
  if (event.type === 'exited') {
    const { code, signal, cause, evidence, outputBytes } = event.data;
    const exit = { code, signal, cause, ...seen(evidence), atMs: event.atMs };
    return { exit, outputBytes, ...reported(context, event) };
  }
  const cause = event.type === 'timed-out' ? 'timed-out' : 'worker-lost';
  const evidence = event.type === 'worker-lost' ? event.data.evidence : '';
  const exit = { code: null, signal: null, cause, ...seen(evidence), atMs: event.atMs };
  return { exit, ...leave(context) };
}

function seen(evidence: string): { evidence?: string } {
  return evidence === '' ? {} : { evidence };
}

export function recordStep({ context, event }: RunArgs): Partial<RunContext> {
  if (event.type !== 'finalize-step') return {};
  const { step, key, result } = event.data;
  const others = context.steps.filter((known) => known.key !== key);
  const steps = [...others, { step, key, result, atMs: event.atMs }].slice(-MAX_FINALIZE_STEPS);
  return { steps };
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
  const isWaitingForPeople = stage.kind === 'approval' || stage.kind === 'external';
  const delayMs = isWaitingForPeople
    ? limits.approvalReminderMs
    : backoffMs(limits.queueStallMs, Math.max(MAX_QUEUE_STALL_MS, limits.queueStallMs), requeues);
  return { deadlines: { 'queue-stalled': timeOf(args) + delayMs } };
}

export function armStart(args: RunArgs): Partial<RunContext> {
  return { deadlines: { 'start-overdue': timeOf(args) + args.context.limits.startTimeoutMs } };
}

/** Jittered, so that runs that were held together do not all ask again together. */
export function armHold(args: RunArgs): Partial<RunContext> {
  const { project, item, stage, hold } = args.context;
  const nowMs = timeOf(args);
  const leftMs = Math.max(MIN_HOLD_MS, (hold?.untilMs ?? nowMs) - nowMs);
  const shortMs = jittered(MAX_HOLD_MS, `${project}.${item}.${stage.name}.${nowMs}`);
  return { deadlines: { 'hold-due': nowMs + Math.min(leftMs, shortMs) } };
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
