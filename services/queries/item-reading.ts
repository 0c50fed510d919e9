// One item as a whole: its pipeline, the timeline of its runs, what was spent, and why it stands where it stands.
// It must never show more of the audit than a page can hold.
import type { ItemContext } from '../../machines/item/context.ts';
import { prospectsOf } from '../../machines/prospects.ts';
import { stateName } from '../../machines/record.ts';
import { itemContextOf } from '../../machines/typed-context.ts';
import { OncewardError } from '../../transport/errors.ts';
import { requireActor } from './absent-actor.ts';
import { costOf, measuredIn, sumOf } from './cost.ts';
import { readDeploymentPlace } from './deployment-pages.ts';
import { describeAddress, type FoundActor } from './found-actor.ts';
import { linksOf } from './item-links.ts';
import { readItemRuns } from './item-runs.ts';
import type { ItemView, TimelineRun } from './item-view.ts';
import { readQueuePlace } from './queue-pages.ts';
import type { ItemRow } from './rows.ts';
import { stagesOf } from './stage-progress.ts';
import { type UserAddress, userAddress } from './user-address.ts';
import { explainFound, surroundingsOf, type WhySource } from './why.ts';

const MAX_AUDIT_LINES = 500;

/**
 * @throws ACTOR_NOT_FOUND, RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION, USAGE for a run, BROKER_UNAVAILABLE,
 * OUTCOME_UNKNOWN
 */
export async function readItem(session: WhySource, user: UserAddress): Promise<ItemView> {
  if (user.kind !== 'item') throw new OncewardError('USAGE', `${describeAddress(user)} is no item`);
  const found = await requireActor(session, user);
  const surroundings = await surroundingsOf(session, found);
  const context = itemContextOf(found.stored.record);
  const [runs, why, queue, deployment] = await Promise.all([
    readItemRuns(session, context, surroundings.audit),
    explainFound(session, found, surroundings),
    readQueuePlace(session, context, context.current?.stage),
    readDeploymentPlace(session, context),
  ]);
  const row = rowOf(found, runs);
  const { name, digest } = context.pipeline;
  return {
    ...row,
    body: context.body,
    by: context.by,
    isFinished: found.isFinished,
    pipeline: { name, digest, stages: stagesOf(context, row.state, runs) },
    headSha: context.headSha,
    isLanded: context.isLanded,
    feedback: context.feedback,
    ending: context.ending,
    ...{ queue, deployment },
    heard: heardIn(context),
    runs,
    budgets: why.budgets,
    links: linksOf(context),
    cost: costOf(sumOf(runs.map(({ cost }) => cost.usage))),
    accepts: prospectsOf(found.stored, surroundings.nowMs).accepts,
    why,
    audit: surroundings.audit.slice(-MAX_AUDIT_LINES),
  };
}

function heardIn({ heard }: ItemContext): ItemView['heard'] {
  return heard ? { verb: heard.verb, by: heard.by, atMs: heard.atMs } : null;
}

function rowOf({ address, stored, isArchived }: FoundActor, runs: readonly TimelineRun[]): ItemRow {
  const { record, revision } = stored;
  const context = itemContextOf(record);
  const { project, item, title, current, next, parking, openedAtMs, endedAtMs } = context;
  const run = current === null ? undefined : runs.at(-1);
  return {
    ...{ address: userAddress(address), project, item, title, revision, isArchived, parking },
    ...{ openedAtMs, endedAtMs, sinceMs: record.sinceMs, state: stateName(record.state) },
    stage: current?.stage ?? next,
    attempt: current?.attempt ?? null,
    endedRuns: context.runs.length,
    holder: run?.claimant ?? run?.worker ?? null,
    usage: measuredIn(context),
  };
}
