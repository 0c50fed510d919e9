// The named conditions of a run, one pure predicate each.
import { capsReached, mostUsage, NO_USAGE } from '../usage.ts';
import { type RunArgs, totalUsage } from './context.ts';

/** The time in the record has really come; a forged or early deadline changes nothing. */
export function isDue({ context, event }: RunArgs): boolean {
  const dueAtMs = context.deadlines[event.type];
  return dueAtMs !== undefined && event.atMs >= dueAtMs;
}

/** Law of grace, for the take-over: the exit (or the last finalization step) is old enough. */
export function isGraceOver({ context, event }: RunArgs): boolean {
  return context.exit !== null && isDue({ context, event });
}

/** The event names the worker that holds the run. */
export function isItsWorker({ context, event }: RunArgs): boolean {
  return event.type === 'worker-lost' && event.data.worker === context.worker;
}

export function isLostWithEpochLeft(args: RunArgs): boolean {
  return isItsWorker(args) && hasEpochLeft(args);
}

export function isDueWithEpochLeft(args: RunArgs): boolean {
  return isDue(args) && hasEpochLeft(args);
}

/** With what this sign of life reports, the run has used as much as its stage allows. */
export function reachesCap({ context, event }: RunArgs): boolean {
  if (event.type !== 'progress' || event.data.usage === undefined) return false;
  const usage = mostUsage(context.usage ?? NO_USAGE, event.data.usage);
  const { stage, grants } = context;
  return capsReached(totalUsage({ ...context, usage }), stage.caps, grants).length > 0;
}

/** One more epoch fits into the infrastructure budget of the stage. */
function hasEpochLeft({ context }: RunArgs): boolean {
  return context.epoch < context.stage.budgets.infra;
}

/** An approval is decided, checks are judged, a merge and a deploy have their turn: none of them is ever worked on. */
export function isWorkable(args: RunArgs): boolean {
  return isProcessStage(args) || isExternalStage(args);
}

/** A worker carries this stage out. */
export function isProcessStage({ context }: RunArgs): boolean {
  return context.stage.kind === 'agent' || context.stage.kind === 'command';
}

export function isExternalStage({ context }: RunArgs): boolean {
  return context.stage.kind === 'external';
}

/** A decision on an approval, which only its item sends, or on a merge or a deploy, which their actors do. It needs no exit. */
export function isDecision({ context: { stage }, event }: RunArgs): boolean {
  return DECIDED_KINDS.includes(stage.kind) && event.door === 'tell';
}

const DECIDED_KINDS: readonly string[] = ['approval', 'merge', 'deploy'];

/** What was seen of its checks differs from what is known. */
export function isNewsOfChecks({ context, event }: RunArgs): boolean {
  if (event.type !== 'checks-seen' || context.stage.kind !== 'checks') return false;
  const { sha, digest, reruns } = event.data;
  const known = context.checks;
  return known?.sha !== sha || known.digest !== digest || known.reruns < reruns;
}

/** The checks were judged as they are known here. A publisher has no say in them. */
export function isVerdictOnChecks(args: RunArgs): boolean {
  const { context, event } = args;
  return context.stage.kind === 'checks' && event.door !== 'mailbox' && isEvaluatedHere(args);
}

/**
 * The verdict was evaluated on the run as it stands now. An external stage has a single writer,
 * its publisher, and may leave the revision out.
 */
export function isEvaluatedHere({ context, event }: RunArgs): boolean {
  if (event.type !== 'claim') return false;
  const { evaluatedRevision } = event.data;
  if (evaluatedRevision === undefined) return context.stage.kind === 'external';
  return evaluatedRevision === event.revision;
}

/**
 * Law of grace, for the claim: before the grace is over only the worker that finalizes the run may
 * claim it. A stage without a process has no finalization to race with.
 */
export function canClaimBeforeGrace(args: RunArgs): boolean {
  if (args.event.type !== 'claim' || !isEvaluatedHere(args)) return false;
  return !isProcessStage(args) || args.event.data.claimant === args.context.worker;
}

/** Sent by another actor of ours, not by the outside. */
export function isTold({ event }: RunArgs): boolean {
  return event.door === 'tell';
}

/** Nothing runs here that would have to be ended first. */
export function isToldWithoutProcess(args: RunArgs): boolean {
  return isTold(args) && !isProcessStage(args);
}

/** Nothing runs here, nor is anything left behind by a lost worker. */
export function isToldWithoutLeftover(args: RunArgs): boolean {
  return isTold(args) && args.context.leftover === null;
}

/** An external stage whose gates ask for nothing but its exit needs no worker to judge it. */
export function isJudgedByExit({ context }: RunArgs): boolean {
  return (
    context.stage.kind === 'external' && context.stage.gates.every((gate) => gate.kind === 'exit')
  );
}
