// Where an item goes after a verdict, as a value. Guards ask for it, actions write it down; it does nothing.
import { match } from 'ts-pattern';
import { backoffMs } from '../limits.ts';
import type { Budgets, Stage } from '../pipeline.ts';
import { isPassing, type Verdict, type VerdictKind } from '../verdict.ts';
import { type ItemContext, type Parking, stageOf } from './context.ts';

/** An item that was worked on this often is going in circles. */
export const MAX_RUNS_PER_ITEM = 100;

export type NextStep =
  | { kind: 'open'; stage: string }
  | { kind: 'backOff'; stage: string; delayMs: number }
  | { kind: 'park'; stage: string; reason: Parking['reason']; message: string }
  | { kind: 'finish' }
  | { kind: 'fail'; message: string };

export type NextStepKind = NextStep['kind'];

/** Decides on the verdict of the current run. */
export function nextStep(context: ItemContext, verdict: Verdict): NextStep {
  const stage = stageOf(context, context.current?.stage ?? null);
  if (stage === null) return { kind: 'fail', message: 'the stage is not in the pipeline' };
  if (context.runs.length + 1 >= MAX_RUNS_PER_ITEM) {
    const message = `${MAX_RUNS_PER_ITEM} runs without an end`;
    return { kind: 'park', stage: stage.name, reason: 'too-many-runs', message };
  }
  const step = isPassing(verdict.kind)
    ? afterPass(context, stage, verdict)
    : afterFailure(context, stage, verdict);
  return pauseFirst(context, step);
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

function afterFailure(context: ItemContext, stage: Stage, verdict: Verdict): NextStep {
  // Only a person rejects: a worker that uses the word is charged like any other failure.
  const isRejection = stage.kind === 'approval' && verdict.cause === 'rejected';
  if (isRejection) return afterRejection(stage, verdict);
  const budget = budgetOf(verdict.kind);
  const allowed = stage.budgets[budget] + (context.granted[`${stage.name}/${budget}`] ?? 0);
  const spent = spentOn(context, stage.name, budget) + 1;
  if (spent >= allowed) {
    const message = `${spent} of ${allowed} ${budget} verdicts spent; last: ${verdict.cause}`;
    if (stage.onExhausted === 'fail') return { kind: 'fail', message };
    return { kind: 'park', stage: stage.name, reason: 'budget-exhausted', message };
  }
  if (budget === 'product') return { kind: 'open', stage: stage.onFail ?? stage.name };
  const { retryBackoffMs, retryBackoffCapMs } = context.pipeline.limits;
  const delayMs = backoffMs(retryBackoffMs, retryBackoffCapMs, spent - 1);
  return { kind: 'backOff', stage: stage.name, delayMs };
}

function afterRejection(stage: Stage, verdict: Verdict): NextStep {
  if (stage.onReject !== undefined) return { kind: 'open', stage: stage.onReject };
  return { kind: 'fail', message: `rejected: ${verdict.summary || 'no reason given'}` };
}

function pauseFirst(context: ItemContext, step: NextStep): NextStep {
  if (!context.isPauseRequested || (step.kind !== 'open' && step.kind !== 'backOff')) return step;
  const message = `paused before stage ${step.stage}`;
  return { kind: 'park', stage: step.stage, reason: 'paused', message };
}

/** Which budget a verdict is charged to. Infrastructure is never charged to the item's product budget. */
export function budgetOf(kind: VerdictKind): keyof Budgets {
  return match(kind)
    .with('infra_error', () => 'infra' as const)
    .with('inconclusive', () => 'inconclusive' as const)
    .with('unobserved', () => 'unobserved' as const)
    .otherwise(() => 'product' as const);
}

/** Sum over every head SHA, so that moving between commits cannot reset a budget. */
function spentOn(context: ItemContext, stage: string, budget: keyof Budgets): number {
  const prefix = `${stage}/${budget}/`;
  return Object.entries(context.spent)
    .filter(([key]) => key.startsWith(prefix))
    .reduce((sum, [, count]) => sum + count, 0);
}
