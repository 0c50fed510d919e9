// The named conditions of a deployment, one pure predicate each.
import { decidedOf, isTouched, MAX_QUEUED, releaseOf, rollbackTarget } from './conditions.ts';
import { type DeploymentArgs, rulesOf } from './context.ts';

export * from './decision-guards.ts';
export * from './step-guards.ts';

/** Of one step: a step that has cost so many holders is given up for now. */
const MAX_RECLAIMS = 10;

/** The time in the record has really come; a forged or early deadline changes nothing. */
export function isDue({ context, event }: DeploymentArgs): boolean {
  const dueAtMs = context.deadlines[event.type];
  return dueAtMs !== undefined && event.atMs >= dueAtMs;
}

export function restsIdle({ context }: DeploymentArgs): boolean {
  return context.rest === 'idle';
}

export function restsHealthy({ context }: DeploymentArgs): boolean {
  return context.rest === 'healthy';
}

export function isHoldWanted({ context }: DeploymentArgs): boolean {
  return context.holdWanted !== null;
}

/** Nobody has asked for it yet. */
export function isHeldAnew({ context }: DeploymentArgs): boolean {
  return context.holdWanted === null;
}

export function canBegin({ context }: DeploymentArgs): boolean {
  return context.queue.length > 0;
}

export function isDecidedAlready({ context, event }: DeploymentArgs): boolean {
  return event.type === 'request' && decidedOf(context, event.data) !== null;
}

/** There is room for it, and it is neither here already nor decided. */
export function hasRoom({ context, event }: DeploymentArgs): boolean {
  if (event.type !== 'request' && event.type !== 'deploy') return false;
  if (event.type === 'deploy') return context.queue.length < MAX_QUEUED && isKnown(context);
  if (isDecidedAlready({ context, event })) return false;
  const known = releaseOf(context, event.data.item);
  if (known === context.release && known?.attempt === event.data.attempt) return false;
  const isLate = known?.stage === event.data.stage && known.attempt > event.data.attempt;
  if (isLate) return false;
  const isQueuedHere = context.queue.some(({ item }) => item === event.data.item);
  return isQueuedHere || context.queue.length < MAX_QUEUED;
}

/** An item has brought settings: without them nobody knows how to deploy. */
function isKnown({ settings, offered }: DeploymentArgs['context']): boolean {
  return settings !== null || offered !== null;
}

/** What is spoken of waits here. */
export function isQueued({ context, event }: DeploymentArgs): boolean {
  if (event.type !== 'withdraw') return false;
  const { item, attempt } = event.data;
  return context.queue.some((one) => one.item === item && one.attempt === attempt);
}

/** It is under way, and may be in the environment already. */
export function isUnderWayTouched(args: DeploymentArgs): boolean {
  return isUnderWay(args) && isTouched(args.context);
}

/** What is spoken of is under way. */
export function isUnderWay({ context: { release }, event }: DeploymentArgs): boolean {
  if (event.type !== 'withdraw' || release === null) return false;
  return release.item === event.data.item && release.attempt === event.data.attempt;
}

/** Something that was good before is there to come back. */
export function hasTarget({ context }: DeploymentArgs): boolean {
  return rollbackTarget(context) !== null;
}

function isRollbackWanted({ context }: DeploymentArgs): boolean {
  return context.rollbackWanted !== null;
}

/** A person has asked for it, and something is there to come back. */
export function mayRollBackAsAsked(args: DeploymentArgs): boolean {
  return isRollbackWanted(args) && hasTarget(args);
}

/** A version is held that may be in the environment already, and another can come back. */
export function isHeldTouchedWithTarget(args: DeploymentArgs): boolean {
  const { context } = args;
  return context.release !== null && isTouched(context) && hasTarget(args);
}

/** It is asked for, by the rules or by a person, and something is there to come back. */
export function mayRollBack(args: DeploymentArgs): boolean {
  return isRollbackDecided(args) && hasTarget(args);
}

export function isNothingToRollBackTo(args: DeploymentArgs): boolean {
  return isRollbackDecided(args) && !hasTarget(args);
}

export function isRollbackUnwanted({ context }: DeploymentArgs): boolean {
  return rulesOf(context).reaction.rollback === 'none';
}

function isRollbackDecided(args: DeploymentArgs): boolean {
  return isRollbackWanted(args) || rulesOf(args.context).reaction.rollback === 'automatic';
}

/** Nobody holds the lease, and somebody is needed. */
export function isVacant({ context: { operation, holder }, event }: DeploymentArgs): boolean {
  return holder === null && operation !== null && operation.notBeforeMs <= event.atMs;
}

/** A sign of life alone renews nothing: something must have got done. */
export function isProgress({ context, event }: DeploymentArgs): boolean {
  return event.type === 'progress' && event.data.watermark > (context.holder?.watermark ?? 0);
}

/** That of a holder for its lease is seen to before. */
export function isLost({ context, event }: DeploymentArgs): boolean {
  if (event.type === 'lease-elapsed') return isDue({ context, event });
  return event.type === 'holder-lost' && event.data.worker === context.holder?.worker;
}

export function isLostOnceMore(args: DeploymentArgs): boolean {
  return isLost(args) && (args.context.operation?.reclaims ?? 0) < MAX_RECLAIMS;
}

/** The incident has none yet, and is to have one. */
export function isItemWanted({ context, event }: DeploymentArgs): boolean {
  if (event.type !== 'item-opened') return false;
  const incident = context.incidents.find(({ number }) => number === event.data.incident);
  return incident?.isItemWanted === true && incident.openedItem === null;
}
