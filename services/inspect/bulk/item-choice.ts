// The items that a decision is about: those that are named, or those that a filter finds.
import { stateName } from '../../../machines/record.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { requireActor } from '../../queries/absent-actor.ts';
import { type ActorFilter, assertFilter } from '../../queries/actor-filter.ts';
import { type ListedActor, listActors } from '../../queries/listed-actor.ts';
import type { Session } from '../../queries/session.ts';
import { parseItemAddress, userAddress } from '../../queries/user-address.ts';

export interface ItemChoice {
  /** As people type them; the filter chooses when there is none. */
  addresses: readonly string[];
  filter: ActorFilter;
}

/** How many of those that are named are read at once. */
const MAX_READS = 16;

/** @throws ACTOR_NOT_FOUND, USAGE, RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION */
export async function chooseItems(session: Session, choice: ItemChoice): Promise<ListedActor[]> {
  const { addresses, filter } = choice;
  if (addresses.length === 0) {
    assertChoosing(filter);
    return listActors(session, 'item', { ...filter, isArchiveIncluded: false });
  }
  const users = [...new Set(addresses)].map(parseItemAddress);
  const found: ListedActor[] = [];
  for (let start = 0; start < users.length; start += MAX_READS) {
    const some = users.slice(start, start + MAX_READS);
    found.push(...(await Promise.all(some.map((user) => readItem(session, user)))));
  }
  return found;
}

/** Nothing to look for would find everything: for a list that is harmless, for a decision it is not. */
function assertChoosing(filter: ActorFilter): void {
  if (filter.text === '') throw new OncewardError('USAGE', '--text is empty');
  assertFilter(['item'], filter);
}

async function readItem(
  session: Session,
  user: ReturnType<typeof parseItemAddress>,
): Promise<ListedActor> {
  const { address, stored, isArchived } = await requireActor(session, user);
  const { record, revision } = stored;
  const state = stateName(record.state);
  return { address: userAddress(address), revision, state, record, isArchived };
}
