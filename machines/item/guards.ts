// The named conditions of an item, one pure predicate each.
import { isLaterMark } from '../outside.ts';
import { type ItemArgs, stageOf } from './context.ts';
import { type NextStepKind, nextStep } from './next-step.ts';
import {
  deployAfterMerge,
  holdsTheWork,
  isDecidedByMerge,
  isMergedAlready,
  isNewsOf,
  isSettledByMerge,
} from './pull-request.ts';

/** The run that speaks is the one that may advance this item. Advancing is idempotent because of this. */
export function isCurrentRun({ context, event }: ItemArgs): boolean {
  if (event.type !== 'advance' && event.type !== 'run-cancelled') return false;
  const { current } = context;
  return (
    event.door === 'tell' &&
    current?.stage === event.data.stage &&
    current.attempt === event.data.attempt
  );
}

/** That run has advanced this item before; it only missed the confirmation. */
export function hasAdvancedBefore({ context, event }: ItemArgs): boolean {
  if (event.type !== 'advance' || event.door !== 'tell') return false;
  const { stage, attempt } = event.data;
  return context.runs.some((run) => run.stage === stage && run.attempt === attempt);
}

export function leadsToFinish(args: ItemArgs): boolean {
  return leadsTo(args, 'finish');
}
export function leadsToFailure(args: ItemArgs): boolean {
  return leadsTo(args, 'fail');
}
export function leadsToParking(args: ItemArgs): boolean {
  return leadsTo(args, 'park');
}
export function leadsToBackOff(args: ItemArgs): boolean {
  return leadsTo(args, 'backOff');
}

export function leadsToApproval(args: ItemArgs): boolean {
  if (args.event.type !== 'advance' || !isCurrentRun(args)) return false;
  const step = nextStep(args.context, args.event.data);
  return step.kind === 'open' && stageOf(args.context, step.stage)?.kind === 'approval';
}

export function leadsToStage(args: ItemArgs): boolean {
  return leadsTo(args, 'open');
}

function leadsTo(args: ItemArgs, kind: NextStepKind): boolean {
  if (args.event.type !== 'advance' || !isCurrentRun(args)) return false;
  return nextStep(args.context, args.event.data).kind === kind;
}

/** Nothing that came before it in the tracker was heard later. */
export function isHeardFirst({ context, event }: ItemArgs): boolean {
  return event.type === 'heard' && isLaterMark(event.data.mark, context.heard?.mark ?? '');
}

/** It is not known yet, and of no older pull request than the one that is. */
export function isPullRequestNews({ context, event }: ItemArgs): boolean {
  return event.type === 'pull-request' && isNewsOf(context, event.data);
}

/** Its pull request was merged, by whomever, with its work in it, and that is what the stage waits for. */
export function isMergedNow(args: ItemArgs): boolean {
  const { context } = args;
  return hasMerged(args) && isDecidedByMerge(context, context.current?.stage ?? null);
}

/** Its pull request was merged, by whomever, with its work in it, while it waited for its turn. */
export function isMergedInQueue(args: ItemArgs): boolean {
  const { context } = args;
  return hasMerged(args) && stageOf(context, context.current?.stage ?? null)?.kind === 'merge';
}

/** Its pull request was merged, and nothing is left to be done. */
export function isEndedByMerge(args: ItemArgs): boolean {
  const { parking, next } = args.context;
  const isAllItWaitsFor = parking?.reason === 'not-landed';
  return hasMerged(args) && (isAllItWaitsFor || isSettledByMerge(args.context, next));
}

/** Its pull request was merged, and nothing but deploys is left to be done; nobody has paused it. */
export function isDeployedOnceMerged(args: ItemArgs): boolean {
  const { parking, next } = args.context;
  const isHeld = parking?.reason === 'paused' || parking?.reason === 'too-many-runs';
  return hasMerged(args) && !isHeld && deployAfterMerge(args.context, next) !== null;
}

/** Its run was cancelled when its work had been merged already, and nothing else is left to be done. */
export function isCancelledOnceMerged(args: ItemArgs): boolean {
  const { context } = args;
  const stage = context.current?.stage ?? null;
  return isCurrentRun(args) && isMergedAlready(context) && isSettledByMerge(context, stage);
}

/** Its pull request was closed, and is not merged. */
export function isClosedNow(args: ItemArgs): boolean {
  const { event } = args;
  return isPullRequestNews(args) && event.type === 'pull-request' && event.data.state === 'closed';
}

function hasMerged(args: ItemArgs): boolean {
  const { context, event } = args;
  return (
    event.type === 'pull-request' && isPullRequestNews(args) && holdsTheWork(context, event.data)
  );
}

/** The stage that would be opened next waits for a person. */
export function isApprovalNext({ context }: ItemArgs): boolean {
  return stageOf(context, context.next)?.kind === 'approval';
}

export function isRetryable({ context }: ItemArgs): boolean {
  return context.parking?.release === 'retry';
}

export function isApprovalRetryable(args: ItemArgs): boolean {
  return isRetryable(args) && isApprovalNext(args);
}

export function isPaused({ context }: ItemArgs): boolean {
  return context.parking?.release === 'resume';
}

export function isApprovalPaused(args: ItemArgs): boolean {
  return isPaused(args) && isApprovalNext(args);
}

export function isPauseRequested({ context }: ItemArgs): boolean {
  return context.isPauseRequested;
}

export function isPauseNew({ context }: ItemArgs): boolean {
  return !context.isPauseRequested;
}

/** The time in the record has really come. */
export function isDue({ context, event }: ItemArgs): boolean {
  const dueAtMs = context.deadlines[event.type];
  return dueAtMs !== undefined && event.atMs >= dueAtMs;
}
