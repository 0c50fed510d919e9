// What of a context decides how an actor can go on: without times, texts and numbers that only rise.
// Two states alike in it are one to the search for paths; leaving out too much shows when paths are walked.
import type { ItemContext } from '../../../machines/item/context.ts';
import type { RunContext } from '../../../machines/run/context.ts';

/** A reminder is spoken from the second requeue on. */
const REQUEUES_THAT_MATTER = 2;

export function runEssence(context: RunContext): unknown {
  const { epoch, worker, processGroup, leftover, exit, claim, steps, requeues } = context;
  return [
    epoch,
    worker,
    processGroup !== null,
    leftover !== null,
    exit && [exit.code, exit.cause],
    claim?.claimant,
    steps.length > 0,
    Math.min(requeues, REQUEUES_THAT_MATTER),
  ];
}

export function itemEssence(context: ItemContext): unknown {
  const { current, next, isPauseRequested, parking, headSha, isLanded, runs } = context;
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
