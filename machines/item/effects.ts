// What an item asks of the world, by name. Each returns plain data; the outbox performs it after the commit.
import type { Effect } from '../effect.ts';
import { type ItemArgs, type ItemContext, type RunReference, stageOf } from './context.ts';
import { comeToDeployment, leaveDeployment } from './deployments.ts';
import { comeToQueue, leaveQueue } from './merge-queue.ts';
import { isDecidedByMerge, isMergedAlready } from './pull-request.ts';

/** Opens the current run. Repeating it is harmless: an open run refuses a second opening. */
export function openRun({ context }: ItemArgs): Effect[] {
  const stage = stageOf(context, context.current?.stage ?? null);
  if (stage === null || context.current === null) return [];
  const { project, item, headSha, feedback, pipeline } = context;
  const { attempt } = context.current;
  const { limits, dailyCaps } = pipeline;
  const session = context.sessions[stage.name];
  const data = {
    ...{ project, item, attempt, stage, limits, headSha, feedback },
    ...(session === undefined ? {} : { session }),
    ...{ dailyCaps, dailyCapsSinceMs: context.openedAtMs },
  };
  const opening = tellRun(context, context.current, 'open', { ...data, ...traceOf(context) });
  if (stage.kind === 'merge') return [opening, ...comeToQueue(context, stage)];
  return [opening, ...comeToDeployment(context, stage)];
}

export function openRunAndDecide(args: ItemArgs): Effect[] {
  const stage = stageOf(args.context, args.context.current?.stage ?? null);
  if (isMergedAlready(args.context) && isDecidedByMerge(args.context, stage?.name ?? null)) {
    return [...openRun(args), ...approveMerged(args)];
  }
  if (stage?.approve !== 'auto') return [...openRun(args), ...askForApproval(args)];
  return [
    ...openRun(args),
    decision(args.context, 'policy:auto', 'approved', 'approved by policy'),
  ];
}

/** Once for each time it gets here; the run itself speaks up again if nobody comes. */
function askForApproval({ context, event }: ItemArgs): Effect[] {
  const { current, item, project, pullRequest } = context;
  if (current === null || event.type === 'reminder') return [];
  const where = pullRequest?.url ? ` (${pullRequest.url})` : '';
  const message =
    `stage ${current.stage} of item ${item} waits for a person${where}: ` +
    `\`onceward approve ${project}/${item}\` or \`onceward reject ${project}/${item}\``;
  return [{ type: 'alarm', reason: 'approval-needed', message }];
}

/** What a person has said is an event like any other, and may be refused like any other. */
export function obey({ context, event }: ItemArgs): Effect[] {
  if (event.type !== 'heard') return [];
  const { verb, by, text } = event.data;
  const words = verb === 'approve' ? { comment: text } : { reason: text };
  const to = `item.${context.project}.${context.item}`;
  return [{ type: 'tell', to, event: verb, data: { by, ...words } }];
}

/** Who merges has decided, whatever the stage still waited for. */
export function approveMerged({ context }: ItemArgs): Effect[] {
  if (context.pullRequest === null) return [];
  const { number, by } = context.pullRequest;
  const summary = `pull request #${number} was merged${by && ` by ${by}`}`;
  const isQueued = stageOf(context, context.current?.stage ?? null)?.kind === 'merge';
  return [decision(context, by || 'forge', isQueued ? 'merged' : 'approved', summary)];
}

/** Tells the run that spoke that the item has moved on. */
export function confirmAdvance({ context, event }: ItemArgs): Effect[] {
  if (event.type !== 'advance') return [];
  return [
    tellRun(context, event.data, 'advance-confirmed', {}),
    ...leaveShared({ context, event }),
  ];
}

/** Whoever works for it with others works in vain from here on. */
export function leaveShared(args: ItemArgs): Effect[] {
  return [...leaveQueue(args), ...leaveDeployment(args)];
}

export function approveRun({ context, event }: ItemArgs): Effect[] {
  if (event.type !== 'approve') return [];
  return [decision(context, event.data.by, 'approved', event.data.comment)];
}

export function rejectRun({ context, event }: ItemArgs): Effect[] {
  if (event.type !== 'reject') return [];
  return [decision(context, event.data.by, 'rejected', event.data.reason)];
}

export function cancelRun({ context, event }: ItemArgs): Effect[] {
  if (context.current === null) return [];
  const by = event.type === 'cancel' ? event.data.by : 'item';
  return [tellRun(context, context.current, 'cancel', { by })];
}

export function alarmParked({ context }: ItemArgs): Effect[] {
  const { parking, item } = context;
  if (parking === null || parking.reason === 'paused') return [];
  const message = `item ${item} is parked: ${parking.message}; release it with ${parking.release}`;
  return [{ type: 'alarm', reason: parking.reason, message }];
}

/** Moves the item and all its runs out of the way. */
export function archive({ context }: ItemArgs): Effect[] {
  const runs = context.runs.map((run) => runOf(context, run));
  const own = `item.${context.project}.${context.item}`;
  return [{ type: 'archive', addresses: [...runs, own] }];
}

function decision(
  context: ItemContext,
  claimant: string,
  cause: 'approved' | 'rejected' | 'merged',
  summary: string,
): Effect {
  const kind = cause === 'rejected' ? 'product_fail' : 'pass';
  const verdict = { kind, cause, summary, headSha: context.headSha, isLanded: context.isLanded };
  const current = context.current ?? { stage: '', attempt: 0 };
  return tellRun(context, current, 'claim', { claimant, verdict });
}

/** Nothing where there is none, as in the records of before. */
function traceOf({ traceparent }: ItemContext): { traceparent?: string } {
  return traceparent ? { traceparent } : {};
}

function tellRun(
  context: ItemContext,
  run: RunReference,
  event: string,
  data: Record<string, unknown>,
): Effect {
  return { type: 'tell', to: runOf(context, run), event, data };
}

function runOf(context: ItemContext, { stage, attempt }: RunReference): string {
  return `run.${context.project}.${context.item}.${stage}.${attempt}`;
}
