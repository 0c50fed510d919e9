// What a run writes down when it moves: each takes the context and the event and returns what changes.
// Deadlines are replaced as a whole on entering a state, so none outlives the state it belongs to.
import { backoffMs } from '../limits.ts';
import { endingMs } from '../pipeline.ts';
import { graceMsOf, type RunArgs, type RunContext } from './context.ts';

/** How many finalization steps a run remembers. */
const MAX_FINALIZE_STEPS = 32;
/** Longest wait before a queued run's job is published again. */
const MAX_QUEUE_STALL_MS = 3_600_000;
/** How far past the wall clock a worker may be with its report. */
const REPORT_MARGIN_MS = 60_000;

export function recordStarted({ context, event }: RunArgs): Partial<RunContext> {
  if (event.type !== 'started') return {};
  return {
    worker: event.data.worker,
    machine: event.data.machine,
    startedAtMs: event.atMs,
    requeues: 0,
    processGroup: null,
    outputBytes: context.outputBytes,
  };
}

export function recordProgress({ context, event }: RunArgs): Partial<RunContext> {
  if (event.type !== 'progress') return {};
  return {
    outputBytes: Math.max(context.outputBytes, event.data.outputBytes),
    processGroup: event.data.processGroup ?? context.processGroup,
    progressAtMs: event.atMs,
  };
}

export function recordExit({ context, event }: RunArgs): Partial<RunContext> {
  if (event.type === 'exited') {
    const { code, signal, cause, outputBytes } = event.data;
    return { exit: { code, signal, cause, atMs: event.atMs }, outputBytes };
  }
  const cause = event.type === 'timed-out' ? 'timed-out' : 'worker-lost';
  return { exit: { code: null, signal: null, cause, atMs: event.atMs }, ...leave(context) };
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
  return { ...leave(context), epoch: context.epoch + 1, worker: null, machine: null };
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

/** Counted from the first sign of a living process: preparing it must not eat its time. */
export function armWallClock(args: RunArgs): Partial<RunContext> {
  const { stage } = args.context;
  const limitMs = stage.wallClockMs + endingMs(stage) + REPORT_MARGIN_MS;
  return { deadlines: { 'timed-out': timeOf(args) + limitMs } };
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
