// What a merge queue asks of the world, by name. Each returns plain data; the outbox performs it after the commit.
import { runAddress } from '../address.ts';
import type { Effect } from '../effect.ts';
import { fromToken } from '../identifier.ts';
import { decidedOf, isWaitingForChecks } from './conditions.ts';
import type { Decided, MergeArgs, MergeContext } from './context.ts';

/** Trials in a row that fail for want of infrastructure before people hear of it. */
const FAULTY_TRIALS_TOLD = 3;

/** Asks a worker to go on from what the record says. Nobody is asked while somebody is at it. */
export function requestWork({ context }: MergeArgs): Effect[] {
  const { trial, holder, settings, project } = context;
  if (trial === null || settings === null || holder !== null) return [];
  if (isWaitingForChecks(context)) return [];
  const { pool } = settings.stage;
  return [{ type: 'job', pool, kind: 'merge', project, epoch: trial.number }];
}

/** Their runs hear what became of them: those that were decided with this very revision. */
export function tellDecided({ context, event }: MergeArgs): Effect[] {
  return context.decided
    .filter(({ revision }) => revision === event.revision)
    .map((decided) => tellRun(context, decided));
}

/** It asks again, so it has not heard. */
export function tellAgain({ context, event }: MergeArgs): Effect[] {
  if (event.type !== 'enqueue') return [];
  const known = decidedOf(context, event.data);
  return known === null ? [] : [tellRun(context, known)];
}

export function alarmFrozen({ context }: MergeArgs): Effect[] {
  if (context.freeze === null) return [];
  const { cause, reason, by } = context.freeze;
  const why = cause === 'operator' ? `by ${by}${reason && `: ${reason}`}` : reason;
  return [alarm(context, `queue-${cause === 'operator' ? 'frozen' : cause}`, `is frozen ${why}`)];
}

export function alarmPaused({ context }: MergeArgs): Effect[] {
  return [alarm(context, 'queue-paused', `is paused: ${context.pause?.reason ?? ''}`)];
}

export function alarmFaulty({ context }: MergeArgs): Effect[] {
  if (context.faultyTrials !== FAULTY_TRIALS_TOLD) return [];
  const last = context.ended.at(-1)?.reason ?? '';
  const message = `failed ${FAULTY_TRIALS_TOLD} times for want of infrastructure, and tries again: ${last}`;
  return [alarm(context, 'queue-faulty', message)];
}

function alarm({ project, branch }: MergeContext, reason: string, words: string): Effect {
  const name = fromToken(branch);
  const hint =
    reason === 'queue-faulty'
      ? ''
      : `; release it with \`onceward queue resume ${project} --branch ${name}\``;
  const message = `the merge queue of ${project} for ${name} ${words}${hint}`;
  return { type: 'alarm', reason, message };
}

function tellRun(
  { project, branch }: MergeContext,
  { item, stage, attempt, headSha, outcome, cause, summary, sha, reviews }: Decided,
): Effect {
  const isLanded = outcome === 'landed';
  const kind = isLanded ? 'pass' : 'product_fail';
  const told = {
    ...(reviews === undefined ? {} : { reviews }),
    ...(sha === null ? {} : { landedSha: sha }),
  };
  const verdict = { kind, cause, summary, headSha, isLanded, ...told };
  const claimant = `queue:${project}.${branch}`.slice(0, 200);
  const to = runAddress(project, item, stage, attempt);
  return { type: 'tell', to, event: 'claim', data: { claimant, verdict } };
}
