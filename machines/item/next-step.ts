// Where an item goes after a verdict, as a value. Guards ask for it, actions write it down; it does nothing.
import { backoffMs, jittered } from '../limits.ts';
import { type Budgets, reviewRulesOf, type Stage } from '../pipeline.ts';
import { addUsage, NO_USAGE, type Usage } from '../usage.ts';
import { budgetOf, isPassing, type Verdict } from '../verdict.ts';
import {
  capsReachedBy,
  type EndedRun,
  type ItemContext,
  itemUsage,
  type Parking,
  stageOf,
} from './context.ts';
import { deployAfterMerge, isSettledByMerge } from './pull-request.ts';

/** An item that was worked on this often is going in circles. */
export const MAX_RUNS_PER_ITEM = 100;
/** Refused by its provider this often, an item waits for a person: with the longest pauses, for days. */
export const MAX_UNCHARGED_RUNS = 100;

export type NextStep =
  | { kind: 'open'; stage: string }
  | { kind: 'backOff'; stage: string; delayMs: number }
  | { kind: 'park'; stage: string; reason: Parking['reason']; message: string }
  | { kind: 'finish' }
  | { kind: 'fail'; message: string };

export type NextStepKind = NextStep['kind'];

/** What the run that hands over says of itself. */
export interface Outcome {
  verdict: Verdict;
  /** The budget it is charged to; null charges none. Without it the kind of the verdict decides. */
  charge?: keyof Budgets | null | undefined;
  usage?: Usage | undefined;
}

/** Decides on the outcome of the current run. */
export function nextStep(context: ItemContext, outcome: Outcome): NextStep {
  const { verdict } = outcome;
  const stage = stageOf(context, context.current?.stage ?? null);
  if (stage === null) return { kind: 'fail', message: 'the stage is not in the pipeline' };
  const endless = endlessness(context, outcome);
  if (endless !== null) {
    return { kind: 'park', stage: stage.name, reason: 'too-many-runs', message: endless };
  }
  const step = isPassing(verdict.kind)
    ? afterPass(context, stage, verdict)
    : afterFailure(context, stage, outcome);
  const allowed = pauseFirst(context, capFirst(context, closeFirst(context, step), outcome.usage));
  return mergedInstead(context, allowed, verdict);
}

/** What a provider refuses is no sign of going in circles, but the list of runs must end somewhere, too. */
function endlessness({ runs }: ItemContext, outcome: Outcome): string | null {
  const isUncharged = chargeOf(outcome) === null;
  const count = runs.filter((run) => (run.isUncharged ?? false) === isUncharged).length + 1;
  if (isUncharged) {
    return count < MAX_UNCHARGED_RUNS ? null : `${count} runs that its provider refused`;
  }
  return count < MAX_RUNS_PER_ITEM ? null : `${count} runs without an end`;
}

function afterPass(context: ItemContext, stage: Stage, verdict: Verdict): NextStep {
  const { stages, baseBranch } = context.pipeline;
  const following = stages[stages.indexOf(stage) + 1];
  if (following !== undefined) return { kind: 'open', stage: following.name };
  const headSha = verdict.headSha ?? context.headSha;
  // Done needs an observed landing: work that exists only on a branch is not finished work.
  if (headSha === null || hasLanded(context, verdict)) return { kind: 'finish' };
  const message = `${headSha.slice(0, 12)} was not seen on ${baseBranch}`;
  return { kind: 'park', stage: stage.name, reason: 'not-landed', message };
}

/** Seen on the base branch, by this verdict or by an earlier one on the same commit. */
export function hasLanded(context: ItemContext, verdict: Verdict): boolean {
  const isSameHead = verdict.headSha === null || verdict.headSha === context.headSha;
  return verdict.isLanded || (context.isLanded && isSameHead);
}

function afterFailure(context: ItemContext, stage: Stage, outcome: Outcome): NextStep {
  const { verdict } = outcome;
  // Only a person rejects: a worker that uses the word is charged like any other failure.
  const isRejection = stage.kind === 'approval' && verdict.cause === 'rejected';
  if (isRejection) return afterRejection(context, stage, verdict);
  const budget = chargeOf(outcome);
  if (budget === null) return afterUncharged(context, stage, verdict);
  const allowed = stage.budgets[budget] + (context.granted[`${stage.name}/${budget}`] ?? 0);
  const spent = spentOn(context, stage.name, budget) + 1;
  if (spent >= allowed) {
    const message = `${spent} of ${allowed} ${budget} verdicts spent; last: ${verdict.cause}`;
    if (stage.onExhausted === 'fail') return { kind: 'fail', message };
    return { kind: 'park', stage: stage.name, reason: 'budget-exhausted', message };
  }
  const next = budget === 'product' ? (stage.onFail ?? stage.name) : stage.name;
  const isSameAgain = isSameDeploy(stage, next, budget);
  if (isSameAgain || isGoingInCircles(context, { stage, next, budget, verdict })) {
    const sha = (verdict.headSha ?? context.headSha)?.slice(0, 12) ?? 'no commit';
    const often = isSameAgain ? '' : ' twice';
    const message = `${verdict.kind} (${verdict.cause})${often} on ${sha}: another run would change nothing`;
    return { kind: 'park', stage: next, reason: 'no-progress', message };
  }
  const isAtOnce = budget === 'product' || budget === 'continuations' || budget === 'resumes';
  return isAtOnce ? { kind: 'open', stage: next } : backOff(context, stage, spent - 1);
}

/** It was ended at a cap, on which a person decides, or its provider refused, which passes. */
function afterUncharged(context: ItemContext, stage: Stage, verdict: Verdict): NextStep {
  if (verdict.kind === 'infra_error') {
    const lastCharged = context.runs.findLastIndex((run) => run.isUncharged !== true);
    return backOff(context, stage, context.runs.length - 1 - lastCharged);
  }
  const message = `its run was ended at a cap: ${verdict.summary}`;
  return { kind: 'park', stage: stage.name, reason: 'run-cap-reached', message };
}

/** Jittered, so that items that failed together do not return together. */
function backOff(context: ItemContext, stage: Stage, tries: number): NextStep {
  const { retryBackoffMs, retryBackoffCapMs } = context.pipeline.limits;
  const seed = `${context.project}.${context.item}.${context.runs.length}`;
  const delayMs = jittered(backoffMs(retryBackoffMs, retryBackoffCapMs, tries), seed);
  return { kind: 'backOff', stage: stage.name, delayMs };
}

/** What landed is the same however often it is deployed: only what is landed anew may be better. */
function isSameDeploy(stage: Stage, next: string, budget: keyof Budgets): boolean {
  return stage.kind === 'deploy' && next === stage.name && budget === 'product';
}

/**
 * An agent would be paid to look at what it has already been shown: the same verdict of the same stage on
 * the same commit. What infrastructure did in between says nothing of that.
 */
function isGoingInCircles(
  context: ItemContext,
  now: { stage: Stage; next: string; budget: keyof Budgets; verdict: Verdict },
): boolean {
  const { stage, next, budget, verdict } = now;
  if (stageOf(context, next)?.kind !== 'agent') return false;
  if (budget !== 'product' && budget !== 'continuations') return false;
  const last = context.runs.findLastIndex(
    (run) => run.stage === stage.name && run.verdict.kind !== 'infra_error',
  );
  const before = context.runs[last]?.verdict;
  return (
    before?.kind === verdict.kind &&
    before.cause === verdict.cause &&
    headAfter(context.runs, last) === (verdict.headSha ?? context.headSha)
  );
}

/** The head of the item's branch once that run had ended. */
function headAfter(runs: ItemContext['runs'], index: number): string | null {
  const named = runs.slice(0, index + 1).findLast(({ verdict }) => verdict.headSha !== null);
  return named?.verdict.headSha ?? null;
}

/** A cap of the item stops its next run, never the one that has just ended well. */
function capFirst(context: ItemContext, step: NextStep, usage: Usage | undefined): NextStep {
  if (!('stage' in step)) return step;
  const used = addUsage(itemUsage(context), usage ?? NO_USAGE);
  const [message] = capsReachedBy(context, used);
  if (message === undefined) return step;
  // Whoever releases it allows both.
  if (step.kind === 'park') return { ...step, message: `${step.message}; ${message}` };
  return { kind: 'park', stage: step.stage, reason: 'item-cap-reached', message };
}

export function chargeOf({ charge, verdict }: Outcome): keyof Budgets | null {
  return charge === undefined ? budgetOf(verdict.kind) : charge;
}

function afterRejection(context: ItemContext, stage: Stage, verdict: Verdict): NextStep {
  if (stage.onReject === undefined) {
    return { kind: 'fail', message: `rejected: ${verdict.summary || 'no reason given'}` };
  }
  const { rounds } = reviewRulesOf(stage);
  const isRound = (run: EndedRun) => run.stage === stage.name && run.verdict.cause === 'rejected';
  const round = context.runs.filter(isRound).length + 1;
  const allowed = rounds + (context.granted[`${stage.name}/product`] ?? 0);
  if (stage.approve === 'reviews' && round > allowed) {
    const message = `sent back ${round} times by stage ${stage.name}, of ${allowed} allowed`;
    // Whoever releases it allows one more round: what was asked for this time is still to be done.
    return { kind: 'park', stage: stage.onReject, reason: 'review-rounds', message };
  }
  return { kind: 'open', stage: stage.onReject };
}

/** Whoever has closed its pull request does not want the work to go on. */
function closeFirst({ closing }: ItemContext, step: NextStep): NextStep {
  if (!closing || (step.kind !== 'open' && step.kind !== 'backOff')) return step;
  return { kind: 'park', stage: step.stage, reason: 'pull-request-closed', message: closing };
}

/** Nobody has to be waited for whose work was merged meanwhile. */
function mergedInstead(context: ItemContext, step: NextStep, verdict: Verdict): NextStep {
  if (step.kind !== 'park' || context.pullRequest?.state !== 'merged') return step;
  if (!hasLanded(context, verdict)) return step;
  if (isSettledByMerge(context, step.stage)) return { kind: 'finish' };
  const deploy = deployAfterMerge(context, step.stage);
  return deploy === null || HOLDING.includes(step.reason) ? step : { kind: 'open', stage: deploy };
}

/** What keeps an item from going on, whatever was merged. */
const HOLDING: readonly Parking['reason'][] = ['paused', 'too-many-runs'];

function pauseFirst(context: ItemContext, step: NextStep): NextStep {
  if (!context.isPauseRequested || (step.kind !== 'open' && step.kind !== 'backOff')) return step;
  const message = `paused before stage ${step.stage}`;
  return { kind: 'park', stage: step.stage, reason: 'paused', message };
}

/** Sum over every head SHA, so that moving between commits cannot reset a budget. */
function spentOn(context: ItemContext, stage: string, budget: keyof Budgets): number {
  const prefix = `${stage}/${budget}/`;
  return Object.entries(context.spent)
    .filter(([key]) => key.startsWith(prefix))
    .reduce((sum, [, count]) => sum + count, 0);
}
