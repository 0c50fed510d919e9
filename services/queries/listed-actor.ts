// Reads all items or all runs into rows. Linear in the size of the buckets: for people, never for a loop.
// A record that cannot be read becomes a row that says so; it hides nothing.
import { type ActorRecord, stateName } from '../../machines/record.ts';
import type { Entry } from '../../transport/ports.ts';
import { BUCKET_OF, decodeEntry, type Loaded } from '../actors/record-cache.ts';
import { decodeArchived } from './found-actor.ts';
import type { Session } from './session.ts';
import { userAddress } from './user-address.ts';

export interface ListedActor {
  /** As people type it. */
  address: string;
  revision: number;
  /** The state, or `newer` / `corrupt` where the record cannot be read. */
  state: string;
  /** Null when the record cannot be read. */
  record: ActorRecord | null;
  isArchived: boolean;
}

export interface ListFilter {
  project?: string | undefined;
  /** `active` matches `active.working`, too. */
  state?: string | undefined;
  isArchiveIncluded: boolean;
}

/** In the order of their addresses; numbers in them count as numbers. */
export async function listActors(
  session: Pick<Session, 'bucket'>,
  kind: 'item' | 'run',
  filter: ListFilter,
): Promise<ListedActor[]> {
  const found = new Map<string, ListedActor>();
  const scope = filter.project === undefined ? '>' : `${filter.project}.>`;
  const keep = (actor: ListedActor) => {
    if (!found.has(actor.address)) found.set(actor.address, actor);
  };
  // The archive last: an actor is copied there before it is removed here, so none slips through.
  await session.bucket(BUCKET_OF[kind]).scan((entry) => {
    const loaded = decodeEntry(entry);
    keep(listed(`${kind}.${entry.key}`, loaded, { isArchived: false, entry }));
  }, scope);
  if (filter.isArchiveIncluded) {
    await session.bucket('onceward-archive').scan((entry) => {
      const loaded = decodeArchived(entry)?.loaded;
      if (loaded !== undefined) keep(listed(entry.key, loaded, { isArchived: true, entry }));
    }, `${kind}.${scope}`);
  }
  return [...found.values()]
    .filter(({ state }) => filter.state === undefined || isWithinState(state, filter.state))
    .sort((one, other) => one.address.localeCompare(other.address, 'en', { numeric: true }));
}

/** `active.working` is within `active`, and within itself. */
export function isWithinState(state: string, wanted: string): boolean {
  return state === wanted || state.startsWith(`${wanted}.`);
}

function listed(
  address: string,
  loaded: Loaded,
  { isArchived, entry }: { isArchived: boolean; entry: Entry },
): ListedActor {
  const shown = { address: userAddress(address), isArchived };
  if (loaded.status !== 'stored') {
    return { ...shown, revision: entry.revision, state: loaded.status, record: null };
  }
  const { record, revision } = loaded.stored;
  return { ...shown, revision, state: stateName(record.state), record };
}
