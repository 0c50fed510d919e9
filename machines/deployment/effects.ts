// What a deployment asks of the world, by name. Each returns plain data; the outbox performs it after the commit.
import { mergeAddress, runAddress } from '../address.ts';
import type { Effect } from '../effect.ts';
import { decidedOf, isWorkWanted } from './conditions.ts';
import { type Decided, type DeploymentArgs, type DeploymentContext, rulesOf } from './context.ts';

/** Asks a worker to go on from what the record says. Nobody is asked while somebody is at it. */
export function requestWork({ context, event }: DeploymentArgs): Effect[] {
  const { settings, operation, project } = context;
  if (settings === null || operation === null || !isWorkWanted(context, event.atMs)) return [];
  const { pool } = settings.stage;
  return [{ type: 'job', pool, kind: 'deploy', project, epoch: operation.number }];
}

/** Their runs hear what became of them: those that were decided with this very revision. */
export function tellDecided({ context, event }: DeploymentArgs): Effect[] {
  return context.decided
    .filter(({ revision }) => revision === event.revision)
    .map((decided) => tellRun(context, decided));
}

/** It asks again, so it has not heard. */
export function tellAgain({ context, event }: DeploymentArgs): Effect[] {
  if (event.type !== 'request') return [];
  const known = decidedOf(context, event.data);
  return known === null ? [] : [tellRun(context, known)];
}

/** Nothing lands on top of what has proved bad. */
export function freezeQueue({ context }: DeploymentArgs): Effect[] {
  const last = context.incidents.at(-1);
  if (!rulesOf(context).reaction.freezeQueue || last === undefined) return [];
  const reason = `${context.environment} has proved bad with ${last.sha.slice(0, 12)}: ${last.cause}`;
  const branch = context.settings?.baseBranch ?? '';
  return [tellQueue(context, branch, { event: 'freeze', data: { by: nameOf(context), reason } })];
}

/** What is live is good again, whatever the rules say by now. What somebody else has frozen stays so. */
export function thawQueues({ context }: DeploymentArgs): Effect[] {
  const by = nameOf(context);
  const data = { by, frozenBy: by };
  return context.frozen.map((branch) => tellQueue(context, branch, { event: 'resume', data }));
}

export function alarmHeld({ context }: DeploymentArgs): Effect[] {
  const { holding } = context;
  if (holding === null) return [];
  const isOrdered = holding.cause === 'operator';
  const words = `is held${isOrdered ? ` by ${holding.by}` : ''}: ${holding.reason}`;
  const reason = ALARMS[holding.cause] ?? 'deployment-held';
  return [alarm(context, reason, words, 'release')];
}

/** What differs from a hold that only waits for a decision. */
const ALARMS: Readonly<Record<string, string>> = {
  unobserved: 'deployment-unobserved',
  'provenance-mismatch': 'provenance-mismatch',
};

export function alarmDegraded({ context }: DeploymentArgs): Effect[] {
  const last = context.incidents.at(-1);
  if (last === undefined) return [];
  const { rollback } = rulesOf(context).reaction;
  const words = `has proved bad with ${last.sha.slice(0, 12)}: ${last.cause}: ${last.summary}`;
  return [
    alarm(context, 'deployment-degraded', words, rollback === 'approval' ? 'rollback' : null),
  ];
}

export function alarmRollbackFailed({ context }: DeploymentArgs): Effect[] {
  const reason = context.ended.at(-1)?.reason ?? '';
  const words = `could not be brought back to the version of before: ${reason}`;
  return [alarm(context, 'rollback-failed', words, 'rollback')];
}

function alarm(
  { project, environment }: DeploymentContext,
  reason: string,
  words: string,
  command: 'release' | 'rollback' | null,
): Effect {
  const hint =
    command === null ? '' : `; decide with \`onceward ${command} ${project} ${environment}\``;
  return { type: 'alarm', reason, message: `${environment} of ${project} ${words}${hint}` };
}

function tellQueue(
  { project }: DeploymentContext,
  branch: string,
  said: { event: string; data: Record<string, unknown> },
): Effect {
  return { type: 'tell', to: mergeAddress(project, branch), ...said };
}

function tellRun(context: DeploymentContext, decided: Decided): Effect {
  const { project, environment, artifacts } = context;
  const { item, stage, attempt, headSha, kind, cause, summary, sha, digest } = decided;
  const artifact = artifacts.find((one) => one.digest === digest);
  const verdict = {
    ...{ kind, cause, summary, headSha, isLanded: true },
    ...(digest === null ? {} : { deployment: { environment, sha, digest } }),
    ...(artifact === undefined ? {} : { artifact }),
  };
  const claimant = nameOf(context).slice(0, 200);
  return {
    type: 'tell',
    to: runAddress(project, item, stage, attempt),
    event: 'claim',
    data: { claimant, verdict },
  };
}

/** As who it claims runs and freezes queues. */
function nameOf({ project, environment }: DeploymentContext): string {
  return `deployment:${project}.${environment}`;
}
