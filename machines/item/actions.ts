// What an item writes down when it moves. Budgets and the list of runs only ever grow.

import { budgetsSchema } from '../pipeline.ts';
import type { Session } from '../run/events.ts';
import { grantsAfter, type Usage } from '../usage.ts';
import { isPassing, type Verdict } from '../verdict.ts';
import { capsReachedBy, type ItemArgs, type ItemContext, itemUsage } from './context.ts';
import { landingAfter } from './landings.ts';
import { chargeOf, hasLanded, type NextStep, nextStep, type Outcome } from './next-step.ts';

/** How often the item of a silent run looks after it. */
const RUN_CHECK_MS = 600_000;
/** Reviews and threads that are remembered; the oldest go first. */
const MAX_REVIEWED = 256;
/** A run refuses to be opened with more. */
const MAX_FEEDBACK_CHARACTERS = 4_000;
/** What is kept of an ended run's findings, so that the record of a long-lived item stays writable. */
const MAX_KEPT_SUMMARY_CHARACTERS = 200;
/** Ends the current run: its verdict is spent, its findings are kept, and where to go next is chosen. */
export function endRun({ context, event }: ItemArgs): Partial<ItemContext> {
  if (event.type !== 'advance') return {};
  const { stage, attempt, claimant, verdict, usage } = event.data;
  const step = nextStep(context, event.data);
  const feedback = feedbackAfter(context, verdict);
  const isUncharged = chargeOf(event.data) === null;
  // There may be many of these, and what they say is said by the account, or by the parking.
  const summary = isUncharged ? '' : verdict.summary.slice(0, MAX_KEPT_SUMMARY_CHARACTERS);
  const { reviews = [], artifact, landedSha, ...kept } = verdict;
  const run = { stage, attempt, claimant, verdict: { ...kept, summary }, ...used(usage) };
  return {
    current: null,
    next: 'stage' in step ? step.stage : null,
    backOffMs: step.kind === 'backOff' ? step.delayMs : 0,
    runs: [...context.runs, { ...run, ...(isUncharged ? { isUncharged } : {}), atMs: event.atMs }],
    spent: spend(context, stage, event.data),
    sessions: sessionsAfter(context, event.data),
    headSha: verdict.headSha ?? context.headSha,
    isLanded: hasLanded(context, verdict),
    ...landingAfter(context, verdict),
    feedback: feedback.slice(0, MAX_FEEDBACK_CHARACTERS),
    reviewed: reviewedAfter(context, reviews),
    parking: parkingFor(step, event.atMs),
    // An item that is being cancelled keeps the reason it was cancelled for.
    ending: context.ending ?? (step.kind === 'fail' ? step.message : null),
    isPauseRequested: step.kind === 'park' ? false : context.isPauseRequested,
    closing: null,
  };
}

/** What infrastructure did says nothing of the work: what was found before still stands. */
function feedbackAfter({ feedback }: ItemContext, verdict: Verdict): string {
  if (verdict.kind === 'infra_error') return feedback;
  return isPassing(verdict.kind) ? '' : `${verdict.cause}: ${verdict.summary}`;
}

/** Kept only where the run that ended says that the next one is to go on with it. */
function sessionsAfter(
  { sessions }: ItemContext,
  { stage, session }: { stage: string; session?: Session | undefined },
): ItemContext['sessions'] {
  const { [stage]: _, ...others } = sessions;
  return session === undefined ? others : { ...others, [stage]: session };
}

function used(usage: Usage | undefined): { usage?: Usage } {
  return usage === undefined ? {} : { usage };
}

function spend(context: ItemContext, stage: string, outcome: Outcome): Record<string, number> {
  const { verdict } = outcome;
  const charge = chargeOf(outcome);
  if (isPassing(verdict.kind) || charge === null) return context.spent;
  const key = `${stage}/${charge}/${verdict.headSha ?? context.headSha ?? 'none'}`;
  return { ...context.spent, [key]: (context.spent[key] ?? 0) + 1 };
}

function parkingFor(step: NextStep, atMs: number): ItemContext['parking'] {
  if (step.kind !== 'park') return null;
  const release = step.reason === 'paused' ? 'resume' : 'retry';
  return { reason: step.reason, message: step.message, release, atMs };
}

/** Makes the next stage the current run, under the next attempt number of that stage. */
export function beginStage({ context }: ItemArgs): Partial<ItemContext> {
  if (context.next === null) return {};
  const stage = context.next;
  const attempts = context.runs.filter((run) => run.stage === stage).map((run) => run.attempt);
  const attempt = Math.max(0, ...attempts) + 1;
  return { current: { stage, attempt }, next: null, parking: null };
}

/** A run that was cancelled by itself counts as ended, so that its attempt number is not used again. */
export function endCancelledRun({ context, event }: ItemArgs): Partial<ItemContext> {
  if (event.type !== 'run-cancelled') return {};
  const { stage, attempt, usage } = event.data;
  const verdict = {
    kind: 'not_applicable',
    cause: 'cancelled',
    summary: '',
    headSha: null,
    isLanded: false,
  } as const;
  return {
    current: null,
    next: stage,
    sessions: sessionsAfter(context, { stage }),
    runs: [
      ...context.runs,
      { stage, attempt, claimant: 'nobody', verdict, ...used(usage), atMs: event.atMs },
    ],
  };
}

export function parkCancelledRun({ context, event }: ItemArgs): Partial<ItemContext> {
  const message = [context.closing ?? 'its run was cancelled', ...capsReachedBy(context)].join(
    '; ',
  );
  const reason = context.closing ? 'pull-request-closed' : 'run-cancelled';
  return { closing: null, parking: { reason, message, release: 'retry', atMs: event.atMs } };
}

export function recordHeard({ event }: ItemArgs): Partial<ItemContext> {
  if (event.type !== 'heard') return {};
  const { mark, verb, by } = event.data;
  return { heard: { mark, verb, by, atMs: event.atMs } };
}

export function recordReviewed({ context, event }: ItemArgs): Partial<ItemContext> {
  if (event.type !== 'reject' || event.data.reviews.length === 0) return {};
  return { reviewed: reviewedAfter(context, event.data.reviews) };
}

function reviewedAfter({ reviewed }: ItemContext, reviews: readonly string[]): string[] {
  return [...new Set([...reviewed, ...reviews])].slice(-MAX_REVIEWED);
}

export function parkPaused({ context, event }: ItemArgs): Partial<ItemContext> {
  const message = `paused before stage ${context.next ?? context.current?.stage ?? 'none'}`;
  return {
    ...pausedBy({ context, event }),
    isPauseRequested: false,
    parking: { reason: 'paused', message, release: 'resume', atMs: event.atMs },
  };
}

export function requestPause(args: ItemArgs): Partial<ItemContext> {
  return { isPauseRequested: true, ...pausedBy(args) };
}

function pausedBy({ event }: ItemArgs): Partial<ItemContext> {
  if (event.type !== 'pause') return {};
  return { pause: { by: event.data.by, reason: event.data.reason } };
}

export function withdrawPause(): Partial<ItemContext> {
  return { isPauseRequested: false, pause: null };
}

/**
 * An operator's retry grants one more verdict of every class, and as much again where the item is at its caps;
 * what was spent stays spent.
 */
export function grantRetry({ context }: ItemArgs): Partial<ItemContext> {
  const stage = context.next ?? '';
  const granted = { ...context.granted };
  for (const budget of budgetsSchema.keyof().options) {
    const key = `${stage}/${budget}`;
    granted[key] = (granted[key] ?? 0) + 1;
  }
  const { pipeline, capGrants, pullRequest } = context;
  const replaced =
    pullRequest?.state === 'closed' ? { replacedPullRequest: pullRequest.number } : {};
  if (capsReachedBy(context).length === 0) return { granted, ...replaced };
  return {
    granted,
    ...replaced,
    capGrants: grantsAfter(itemUsage(context), pipeline.caps, capGrants),
  };
}

export function recordCancel({ event }: ItemArgs): Partial<ItemContext> {
  if (event.type !== 'cancel') return {};
  return {
    ending: `cancelled by ${event.data.by}${event.data.reason && `: ${event.data.reason}`}`,
  };
}

export function recordEnd({ event }: ItemArgs): Partial<ItemContext> {
  return { endedAtMs: event.atMs, deadlines: {}, parking: null };
}

export function armRunCheck({ context, event }: ItemArgs): Partial<ItemContext> {
  return { deadlines: { 'run-check': (event.atMs ?? context.openedAtMs) + RUN_CHECK_MS } };
}

export function armReminder({ context, event }: ItemArgs): Partial<ItemContext> {
  const sinceMs = event.atMs ?? context.openedAtMs;
  return { deadlines: { reminder: sinceMs + context.pipeline.limits.approvalReminderMs } };
}

export function armRetry({ context, event }: ItemArgs): Partial<ItemContext> {
  return { deadlines: { 'retry-due': event.atMs + context.backOffMs } };
}
