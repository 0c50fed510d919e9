// What a run asks of the world, by name. Each returns plain data; the outbox performs it after the commit.
import type { Effect } from '../effect.ts';
import { failureKind, type Verdict } from '../verdict.ts';
import type { RunArgs, RunContext } from './context.ts';
import { isJudgedByExit, isProcessStage } from './guards.ts';

/** People and publishers need no job. */
export function requestWork(args: RunArgs): Effect[] {
  return isProcessStage(args) ? [job(args, 'work')] : [];
}

/** Asks for a read-only evaluation of the gates by anyone. */
export function requestEvaluation(args: RunArgs): Effect[] {
  return isJudgedByExit(args) ? [claimByExit(args)] : [job(args, 'evaluate')];
}

/** Asks a worker on the same machine to end what a lost worker left behind. */
export function requestCleanup(args: RunArgs): Effect[] {
  return [job(args, 'cleanup')];
}

/** The run is over, but a process of it may not be. */
export function endLeftover(args: RunArgs): Effect[] {
  return args.context.leftover === null ? [] : [job(args, 'cleanup')];
}

/** A cancelled run whose process nobody can prove gone must not wait in silence. */
export function remindOfProcess({ context }: RunArgs): Effect[] {
  const { item, stage, epoch, machine, leftover } = context;
  const where = leftover?.machine ?? machine ?? 'an unknown machine';
  const what = `stage ${stage.name} of item ${item} waits for its process on ${where} to be proven gone`;
  const message = `${what}; when it is, send the run \`gone\` with epoch ${epoch}`;
  return [{ type: 'alarm', reason: 'still-cancelling', message }];
}

/** The one act of a claimed run. Repeating it is harmless: the item moves only once. */
export function advanceItem({ context }: RunArgs): Effect[] {
  const { claim } = context;
  return [tellItem(context, 'advance', { claimant: claim?.claimant, verdict: claim?.verdict })];
}

export function reportCancelled({ context }: RunArgs): Effect[] {
  return [tellItem(context, 'run-cancelled', {})];
}

/**
 * A run that waits for a person or a publisher speaks up. One that waits for a worker asks again first:
 * it has been counted already when it gets here.
 */
export function remind(args: RunArgs): Effect[] {
  const { stage, item, requeues } = args.context;
  if (isProcessStage(args) && requeues < 2) return [];
  const waitsFor = isProcessStage(args) ? `a worker of pool ${stage.pool}` : `its ${stage.kind}`;
  const message = `stage ${stage.name} of item ${item} is still waiting for ${waitsFor}`;
  return [{ type: 'alarm', reason: 'still-waiting', message }];
}

function job({ context }: RunArgs, kind: 'work' | 'evaluate' | 'cleanup'): Effect {
  const { stage, project, epoch } = context;
  return { type: 'job', pool: stage.pool, kind, project, epoch };
}

function tellItem(context: RunContext, event: string, data: Record<string, unknown>): Effect {
  const told = { stage: context.stage.name, attempt: context.attempt, ...data };
  return { type: 'tell', to: `item.${context.project}.${context.item}`, event, data: told };
}

function claimByExit({ context }: RunArgs): Effect {
  const { project, item, stage, attempt, epoch } = context;
  return {
    type: 'tell',
    to: `run.${project}.${item}.${stage.name}.${attempt}`,
    event: 'claim',
    data: { epoch, claimant: 'reaper', verdict: exitVerdict(context) },
  };
}

function exitVerdict({ exit, headSha }: RunContext): Verdict {
  const isGood = exit?.code === 0 && exit.cause === 'exit-code';
  const cause = exit?.cause ?? 'no-exit';
  const summary = `exit code ${exit?.code ?? 'none'}`;
  return { kind: isGood ? 'pass' : failureKind(cause), cause, summary, headSha, isLanded: false };
}
