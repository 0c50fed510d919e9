// What a person who releases a deployment may decide, by what it is held for.
// An image whose origin is in doubt must never be accepted: it can only be looked at again, or given up.
import { targetOfLast } from './conditions.ts';
import type { DeploymentArgs, HeldFrom } from './context.ts';

type Choice = 'retry' | 'accept' | 'reject';

function isDecision(
  { context, event }: DeploymentArgs,
  decision: Choice,
  ...from: readonly HeldFrom[]
): boolean {
  if (event.type !== 'release' || event.data.decision !== decision) return false;
  return context.holding !== null && from.includes(context.holding.from);
}

/** Whatever is said: nothing was under way. */
export function isReleaseAtRest({ context, event }: DeploymentArgs): boolean {
  return event.type === 'release' && context.holding?.from === 'rest';
}

export function isRetryUntouched(args: DeploymentArgs): boolean {
  return isDecision(args, 'retry', 'untouched');
}

export function isRetryOfDeploy(args: DeploymentArgs): boolean {
  return isDecision(args, 'retry', 'deploying');
}

export function isRetryOfWatch(args: DeploymentArgs): boolean {
  return isDecision(args, 'retry', 'observing');
}

export function isRetryOfRollback(args: DeploymentArgs): boolean {
  return isDecision(args, 'retry', 'rollingBack');
}

export function isRetryOfRollbackWatch(args: DeploymentArgs): boolean {
  return isDecision(args, 'retry', 'observingRollback');
}

export function isRetryOfReaction(args: DeploymentArgs): boolean {
  return isDecision(args, 'retry', 'degraded');
}

/** It is deployed although nobody has tested it: whoever says so answers for it. */
export function isOverride(args: DeploymentArgs): boolean {
  return isDecision(args, 'accept', 'untouched') && args.context.holding?.cause === 'untested';
}

export function isAcceptOfRelease(args: DeploymentArgs): boolean {
  return isDecision(args, 'accept', 'deploying', 'observing');
}

export function isAcceptOfRollback(args: DeploymentArgs): boolean {
  return isDecision(args, 'accept', 'rollingBack', 'observingRollback');
}

export function isAcceptOfLive(args: DeploymentArgs): boolean {
  return isDecision(args, 'accept', 'degraded');
}

export function isRejectUntouched(args: DeploymentArgs): boolean {
  return isDecision(args, 'reject', 'untouched');
}

export function isRejectOfRelease(args: DeploymentArgs): boolean {
  return isDecision(args, 'reject', 'deploying', 'observing');
}

export function isRejectOfRollback(args: DeploymentArgs): boolean {
  return isDecision(args, 'reject', 'rollingBack', 'observingRollback');
}

export function isRejectOfLive(args: DeploymentArgs): boolean {
  return isDecision(args, 'reject', 'degraded');
}

/** A person has the rollback tried once more, and something is there to come back. */
export function mayTargetAgain({ context, event }: DeploymentArgs): boolean {
  const isRetry = event.type === 'release' && event.data.decision === 'retry';
  return isRetry && targetOfLast(context) !== null;
}

export function isAccept({ event }: DeploymentArgs): boolean {
  return event.type === 'release' && event.data.decision === 'accept';
}

export function isReject({ event }: DeploymentArgs): boolean {
  return event.type === 'release' && event.data.decision === 'reject';
}
