// What of a context decides how an actor can go on: without times, texts and numbers that only rise.
// Two states alike in it are one to the search for paths; leaving out too much shows when paths are walked.

import { type AccountContext, DAY_MS } from '../../../machines/account/context.ts';
import type { ItemContext } from '../../../machines/item/context.ts';
import { type RunContext, totalUsage } from '../../../machines/run/context.ts';
import { capsReached, tokensOf } from '../../../machines/usage.ts';

/** A reminder is spoken from the second requeue on. */
const REQUEUES_THAT_MATTER = 2;

export function runEssence(context: RunContext): unknown {
  const { epoch, worker, processGroup, leftover, exit, claim, steps, requeues, grants } = context;
  const { checks } = context;
  return [
    epoch,
    worker,
    processGroup !== null,
    leftover !== null,
    exit && [exit.code, exit.cause],
    claim?.claimant,
    steps.length > 0,
    Math.min(requeues, REQUEUES_THAT_MATTER),
    grants,
    checks?.digest,
    capsReached(totalUsage(context), context.stage.caps, grants).length > 0,
  ];
}

export function itemEssence(context: ItemContext): unknown {
  const { current, next, isPauseRequested, parking, headSha, isLanded, runs } = context;
  const { heard, pullRequest, closing } = context;
  return [
    current?.stage,
    next,
    spentByClass(context),
    context.granted,
    isPauseRequested,
    parking?.reason,
    headSha !== null,
    isLanded,
    runs.length > 0,
    heard !== null,
    pullRequest?.state,
    closing !== null,
  ];
}

/** Of times it matters only whether they are on the day that is counted; days themselves are alike. */
export function accountEssence(context: AccountContext): unknown {
  const { today, caps, grants, suspension, lastSuspension, dayMs } = context;
  return [
    tokensOf(today),
    caps,
    grants,
    suspension && [suspension.cause, Math.sign(suspension.untilMs - dayMs - DAY_MS)],
    lastSuspension !== null,
  ];
}

/** Budgets are charged by stage and class; on which commit does not matter to where an item goes. */
function spentByClass({ spent }: ItemContext): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [key, count] of Object.entries(spent)) {
    const name = key.slice(0, key.lastIndexOf('/'));
    sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}
