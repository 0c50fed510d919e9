// The runs that are claimed and have not advanced yet: who holds each, under which fencing token, and when the
// same advance is repeated.
import type { ActorRecord } from '../../machines/record.ts';
import { skimEntry } from '../actors/record-cache.ts';
import type { ActorFilter } from './actor-filter.ts';
import {
  type ActorQuestion,
  byAddress,
  type ListedActor,
  type ListingSession,
  runContextIn,
  visitActors,
} from './listed-actor.ts';
import type { LeaseRow } from './rows.ts';

const STATE = 'claimed';
/** Ends the id of the event that repeats an advance; before it stands the revision it was armed at. */
const REPEAT = /:(\d{1,16}):lease-elapsed$/;

/** In the order of their addresses. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readLeaseRows(
  session: ListingSession,
  filter: Omit<ActorFilter, 'state' | 'isArchiveIncluded'>,
  onProgress?: ActorQuestion['onProgress'],
): Promise<LeaseRow[]> {
  const rows: LeaseRow[] = [];
  const claimed = { ...filter, state: STATE };
  const question = { kind: 'run', filter: claimed, decode: skimEntry, onProgress } as const;
  await visitActors(session, question, (actor) => {
    const row = leaseRow(actor);
    if (row !== null) rows.push(row);
  });
  return rows.sort(byAddress);
}

/** Null for a run that is not claimed. */
export function leaseRow(actor: ListedActor): LeaseRow | null {
  const claim = runContextIn(actor)?.claim;
  if (!claim || actor.record === null || actor.state !== STATE) return null;
  return {
    address: actor.address,
    claimant: claim.claimant,
    claimedAtMs: claim.atMs,
    revision: claimRevision(actor.record, actor.revision),
    dueAtMs: actor.record.context.deadlines['lease-elapsed'] ?? null,
  };
}

/** Repeats have made revisions of their own. Null when there were more of them than a record remembers. */
function claimRevision({ recent }: ActorRecord, revision: number): number | null {
  const firstRepeat = recent.findLastIndex(({ id }) => !REPEAT.test(id)) + 1;
  if (firstRepeat === 0) return null;
  const repeat = REPEAT.exec(recent[firstRepeat]?.id ?? '')?.[1];
  return repeat === undefined ? revision : Number(repeat);
}
