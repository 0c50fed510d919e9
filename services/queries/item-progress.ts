// How far one item has come in its pipeline: what a drawing of it needs, and nothing else.
// It must never read the audit: a drawing is asked for while the item itself is read, and has to be quick.
import { stateName } from '../../machines/record.ts';
import { itemContextOf } from '../../machines/typed-context.ts';
import { requireActor } from './absent-actor.ts';
import { readItemRuns } from './item-runs.ts';
import type { StageView } from './item-view.ts';
import type { Session } from './session.ts';
import { stagesOf } from './stage-progress.ts';
import { type UserAddress, userAddress } from './user-address.ts';

export interface ItemProgress {
  address: string;
  state: string;
  /** Where it is, or goes on; null when it has ended. */
  stage: string | null;
  pipeline: { name: string; stages: StageView[] };
}

/** @throws ACTOR_NOT_FOUND, RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION, BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readItemProgress(
  session: Pick<Session, 'bucket'>,
  user: Extract<UserAddress, { kind: 'item' }>,
): Promise<ItemProgress> {
  const { address, stored } = await requireActor(session, user);
  const context = itemContextOf(stored.record);
  const state = stateName(stored.record.state);
  const runs = await readItemRuns(session, context, []);
  return {
    ...{ address: userAddress(address), state },
    stage: context.current?.stage ?? context.next,
    pipeline: { name: context.pipeline.name, stages: stagesOf(context, state, runs) },
  };
}
