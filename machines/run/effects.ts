// What a run asks of the world, by name. Each returns plain data; the outbox performs it after the commit.
import { accountAddress } from '../address.ts';
import { accountOf, isAccountCause, isContinued } from '../agent.ts';
import type { Effect } from '../effect.ts';
import { capsReached, isNoUsage, NO_USAGE, type Usage, usageSince } from '../usage.ts';
import { exitKind, type Verdict } from '../verdict.ts';
import { chargeOf } from './charge.ts';
import { type RunArgs, type RunContext, totalUsage } from './context.ts';
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
  const { claim, exit, session } = context;
  const charge = chargeOf(context);
  const isKept = session !== null && isContinued(exit?.cause ?? '');
  const data = {
    claimant: claim?.claimant,
    verdict: claim?.verdict,
    ...(charge === undefined ? {} : { charge }),
    ...usedBy(context),
    ...(isKept ? { session } : {}),
  };
  return [tellItem(context, 'advance', data)];
}

/** Tells the accounts of its project and of its provider what has been used since they were told last. */
export function drawOnAccounts({ context }: RunArgs): Effect[] {
  if (context.usage === null) return [];
  const before = context.drawn ?? NO_USAGE;
  const usage = usageSince(before, totalUsage(context));
  if (isNoUsage(usage)) return [];
  return accountsOf(context).flatMap(({ address, caps }) => [
    // Opening one that is open changes nothing.
    ...(isNoUsage(before) ? [openAccount(address)] : []),
    { type: 'tell', to: address, event: 'draw', data: { usage, ...caps } } as const,
  ]);
}

/** A limit of the provider's, or its outage, concerns every run of the account. */
export function suspendAccount({ context, event }: RunArgs): Effect[] {
  if (event.type !== 'exited' || !isAccountCause(event.data.cause)) return [];
  const { agent } = context.stage;
  if (agent === undefined) return [];
  const address = accountAddress('provider', accountOf(agent));
  const { outageBackoffMs, outageBackoffCapMs } = context.limits;
  const { cause, evidence, resetAtMs } = event.data;
  const data = { cause, evidence, resetAtMs, outageBackoffMs, outageBackoffCapMs };
  return [openAccount(address), { type: 'tell', to: address, event: 'suspend', data }];
}

/** The running process goes on meanwhile: a person decides. */
export function askForDecision({ context }: RunArgs): Effect[] {
  const { item, stage, grants, attempt, project, limits } = context;
  const reached = capsReached(totalUsage(context), stage.caps, grants).join(', ');
  const run = `run.${project}.${item}.${stage.name}.${attempt}`;
  const message =
    `stage ${stage.name} of item ${item} has reached its cap: ${reached}; let it go on with ` +
    `\`onceward send ${run} allow\`, or it is ended in ${Math.ceil(limits.capDecisionMs / 1_000)} s`;
  return [{ type: 'alarm', reason: 'cap-reached', message }];
}

/** A project has caps of its own; a provider has limits that it tells by refusing. */
function accountsOf({ project, stage, dailyCaps, dailyCapsSinceMs }: RunContext) {
  const { agent } = stage;
  const caps = { caps: dailyCaps, capsSinceMs: dailyCapsSinceMs };
  const own = { address: accountAddress('project', project), caps };
  if (agent === undefined) return [own];
  return [own, { address: accountAddress('provider', accountOf(agent)), caps: {} }];
}

function openAccount(address: string): Effect {
  return { type: 'tell', to: address, event: 'open', data: {} };
}

export function reportCancelled({ context }: RunArgs): Effect[] {
  return [tellItem(context, 'run-cancelled', usedBy(context))];
}

/** Nothing where nothing was measured. */
function usedBy(context: RunContext): { usage?: Usage } {
  const isMeasured = context.usage !== null || context.usageBefore !== null;
  return isMeasured ? { usage: totalUsage(context) } : {};
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
  return { kind: isGood ? 'pass' : exitKind(cause), cause, summary, headSha, isLanded: false };
}
