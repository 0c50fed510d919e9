// One run as a whole: its record, its revisions, every claim, what it would accept, and why it stands where it stands.
// It must never show more of the audit than a page can hold.
import { prospectsOf } from '../../machines/prospects.ts';
import { stateName } from '../../machines/record.ts';
import { runContextOf } from '../../machines/typed-context.ts';
import { OncewardError } from '../../transport/errors.ts';
import { requireActor } from './absent-actor.ts';
import { costOf, measuredOf } from './cost.ts';
import { readDeploymentOfRun } from './deployment-pages.ts';
import { describeAddress } from './found-actor.ts';
import { readQueueOfRun } from './queue-pages.ts';
import type { RunView } from './run-view.ts';
import { readSteps } from './steps.ts';
import { type UserAddress, userAddress } from './user-address.ts';
import { explainFound, surroundingsOf, type WhySource } from './why.ts';
import { claimsOf } from './why-history.ts';
import { timersOf } from './why-timers.ts';

const MAX_AUDIT_LINES = 500;

/**
 * @throws ACTOR_NOT_FOUND, RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION, USAGE for an item, BROKER_UNAVAILABLE,
 * OUTCOME_UNKNOWN
 */
export async function readRun(session: WhySource, user: UserAddress): Promise<RunView> {
  if (user.kind !== 'run') throw new OncewardError('USAGE', `${describeAddress(user)} is no run`);
  const found = await requireActor(session, user);
  const { address, stored, isArchived, isFinished } = found;
  const { record, revision } = stored;
  const [steps, surroundings] = await Promise.all([
    readSteps(session, found),
    surroundingsOf(session, found),
  ]);
  const audit = surroundings.audit.filter((line) => line.address === address);
  const context = runContextOf(record);
  return {
    address: userAddress(address),
    stage: context.stage.name,
    state: stateName(record.state),
    sinceMs: record.sinceMs,
    revision,
    isFinished,
    isArchived,
    record,
    steps,
    audit: audit.slice(-MAX_AUDIT_LINES),
    claims: claimsOf(audit),
    timers: timersOf(stored),
    ...prospectsOf(stored, surroundings.nowMs),
    why: await explainFound(session, found, surroundings),
    finalizeSteps: context.steps,
    queue: await readQueueOfRun(session, context),
    deployment: await readDeploymentOfRun(session, context),
    cost: costOf(measuredOf(context)),
  };
}
