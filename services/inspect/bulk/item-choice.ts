// The items that a decision is about: those that are named, or those that a filter finds.

import { isToken } from '../../../machines/identifier.ts';
import { stateName } from '../../../machines/record.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { shown } from '../../config/issue-findings.ts';
import { requireActor } from '../../queries/found-actor.ts';
import { type ListedActor, listActors } from '../../queries/listed-actor.ts';
import type { Session } from '../../queries/session.ts';
import { assertState } from '../../queries/state-names.ts';
import { parseItemAddress, userAddress } from '../../queries/user-address.ts';

export interface ItemFilter {
  project?: string | undefined;
  state?: string | undefined;
}

export interface ItemChoice {
  /** As people type them; the filter chooses when there is none. */
  addresses: readonly string[];
  filter: ItemFilter;
}

/** True when it would let everything through. */
export function isEmptyFilter(filter: ItemFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

const MAX_READS = 16;

/** @throws ACTOR_NOT_FOUND, USAGE, RECORD_CORRUPT, RECORD_FROM_NEWER_VERSION */
export async function chooseItems(session: Session, choice: ItemChoice): Promise<ListedActor[]> {
  if (choice.addresses.length === 0) {
    assertFilter(choice.filter);
    return listActors(session, 'item', { ...choice.filter, isArchiveIncluded: false });
  }
  const users = [...new Set(choice.addresses)].map(parseItemAddress);
  const found: ListedActor[] = [];
  for (let start = 0; start < users.length; start += MAX_READS) {
    const some = users.slice(start, start + MAX_READS);
    found.push(...(await Promise.all(some.map((user) => readItem(session, user)))));
  }
  return found;
}

/** An empty name is often a variable that was never set: everything is not what was meant. */
function assertFilter({ project, state }: ItemFilter): void {
  if (state !== undefined) assertState('item', state);
  if (project === undefined || isToken(project)) return;
  throw new OncewardError('USAGE', `--project ${shown(project)} is no name of a project`);
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
