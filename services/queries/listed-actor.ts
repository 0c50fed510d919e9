// Reads the items or the runs that a filter lets through. Linear in the size of the buckets: for people, never for
// a loop. A record that cannot be read becomes a row that says so; it hides nothing.
import { glanceAt } from '../../machines/glance.ts';
import type { ItemContext } from '../../machines/item/context.ts';
import { type ActorRecord, stateName } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import type { RunContext } from '../../machines/run/context.ts';
import type { Entry } from '../../transport/ports.ts';
import { BUCKET_OF, decodeEntry, type Loaded } from '../actors/record-cache.ts';
import {
  type ActorFilter,
  hasPassed,
  isHeldBy,
  keyFilter,
  type ListedKind,
  mayPass,
  type Particulars,
} from './actor-filter.ts';
import { decodeArchived } from './found-actor.ts';
import { readHolders, runKeyOf } from './item-holders.ts';
import type { Session } from './session.ts';

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

export type ListingSession = Pick<Session, 'bucket' | 'clock'>;

export interface ActorQuestion {
  kind: ListedKind;
  filter: ActorFilter;
  /** How live entries are read that were not left out at a glance. */
  decode: (entry: Entry) => Loaded;
  /** Told now and then how many entries have been looked at, of how many. */
  onProgress?: ((read: number, total: number) => void) | undefined;
}

const ENTRIES_BETWEEN_REPORTS = 1_000;
/** What stands before the record in an entry of the archive. */
const ARCHIVED_HEAD = '{"v":1,"record":';

/**
 * Whole records, as whoever acts upon them needs them, in the order of their addresses.
 * @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN
 */
export async function listActors(
  session: ListingSession,
  kind: ListedKind,
  filter: ActorFilter,
): Promise<ListedActor[]> {
  const found: ListedActor[] = [];
  const question = { kind, filter, decode: decodeEntry };
  await visitActors(session, question, (actor) => void found.push(actor));
  const isAskedOfRuns = kind === 'item' && filter.claimant !== undefined;
  const held = isAskedOfRuns ? await heldItems(session, found, filter) : found;
  return held.sort(byAddress);
}

/**
 * Shows each actor that passes once, in no order. Who holds an item stands in the record of its run: of items
 * the filter's claimant is not asked here.
 * @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN
 */
export async function visitActors(
  session: ListingSession,
  question: ActorQuestion,
  visit: (actor: ListedActor) => void,
): Promise<void> {
  const { kind, filter } = question;
  const keys = keyFilter(kind, filter);
  const sieve = createSieve(question, session.clock.nowMs());
  const seen = new Set<string>();
  const progress = createProgress(question.onProgress);
  const keep = (actor: ListedActor | null) => {
    if (actor === null || seen.has(actor.address)) return;
    if (filter.isArchiveIncluded) seen.add(actor.address);
    visit(actor);
  };
  // The archive last: an actor is copied there before it is removed here, so none slips through.
  await session.bucket(BUCKET_OF[kind]).scan(
    (entry) => {
      progress.step();
      keep(sieve.live(entry));
    },
    keys,
    progress.expect,
  );
  if (filter.isArchiveIncluded) {
    await session.bucket('onceward-archive').scan(
      (entry) => {
        progress.step();
        keep(sieve.archived(entry));
      },
      `${kind}.${keys}`,
      progress.expect,
    );
  }
  progress.end();
}

const collator = new Intl.Collator('en', { numeric: true });

/** Numbers in addresses count as numbers. */
export function byAddress(one: { address: string }, other: { address: string }): number {
  return collator.compare(one.address, other.address);
}

/** Null of a listed item whose record cannot be read. */
export function itemContextIn({ record }: ListedActor): ItemContext | null {
  return (record?.context as ItemContext | undefined) ?? null;
}

/** Null of a listed run whose record cannot be read. */
export function runContextIn({ record }: ListedActor): RunContext | null {
  return (record?.context as RunContext | undefined) ?? null;
}

/** The claimant, or the worker. */
export function holderIn(context: RunContext | null): string | null {
  return context?.claim?.claimant ?? context?.worker ?? null;
}

/** Where an item stands, or where it would go on. */
export function stageIn(context: ItemContext | null): string | null {
  return context?.current?.stage ?? context?.next ?? null;
}

/** Lets through what passes, having parsed as little of the rest as it could. `nowMs` is server time. */
export function createSieve({ kind, filter, decode }: ActorQuestion, nowMs: number) {
  const version = definitionOf(kind)?.version ?? 0;
  const mayBe = mayPass(kind, filter);
  const isIt = hasPassed(filter);
  const isLeftOut = (address: string, text: string, changedAtMs: number): boolean => {
    const glance = glanceAt(text, { machine: kind, version });
    if (glance === null) return false;
    const { state, sinceMs } = glance;
    return !mayBe({ address, state, sinceMs, changedAtMs }, nowMs);
  };
  const passed = (actor: ListedActor, changedAtMs: number): ListedActor | null => {
    const { address, state } = actor;
    const sinceMs = actor.record?.sinceMs ?? null;
    if (!mayBe({ address, state, sinceMs, changedAtMs }, nowMs)) return null;
    // The keys have told the stage of a run, and a glance at it all of its text.
    if (kind === 'item' && !isIt(particularsOf(actor))) return null;
    const isHeld = kind === 'item' || isHeldBy(holderIn(runContextIn(actor)), filter);
    return isHeld ? actor : null;
  };
  return {
    live(entry: Entry): ListedActor | null {
      const { key, storedAtMs } = entry;
      const address = key.replaceAll('.', '/');
      if (isLeftOut(address, entry.value ?? '', storedAtMs)) return null;
      return passed(listed(address, decode(entry), { isArchived: false, entry }), storedAtMs);
    },
    archived(entry: Entry): ListedActor | null {
      const { key, storedAtMs, value } = entry;
      const address = key.slice(kind.length + 1).replaceAll('.', '/');
      const isKnown = value?.startsWith(ARCHIVED_HEAD) === true;
      const text = isKnown ? value.slice(ARCHIVED_HEAD.length) : '';
      if (isLeftOut(address, text, storedAtMs)) return null;
      const loaded = decodeArchived(entry)?.loaded;
      if (loaded === undefined) return null;
      return passed(listed(address, loaded, { isArchived: true, entry }), storedAtMs);
    },
  };
}

function particularsOf(item: ListedActor): Particulars {
  const context = itemContextIn(item);
  return { address: item.address, title: context?.title ?? '', stage: stageIn(context) };
}

// Plain objects: spreading parts of one into another takes longer than parsing a record.
function listed(
  address: string,
  loaded: Loaded,
  { isArchived, entry }: { isArchived: boolean; entry: Entry },
): ListedActor {
  if (loaded.status !== 'stored') {
    const { revision } = entry;
    return { address, revision, state: loaded.status, record: null, isArchived };
  }
  const { record, revision } = loaded.stored;
  return { address, revision, state: stateName(record.state), record, isArchived };
}

async function heldItems(
  session: ListingSession,
  items: readonly ListedActor[],
  filter: ActorFilter,
): Promise<ListedActor[]> {
  const keyed = items.map((item) => ({ item, key: runKeyOf(item.address, itemContextIn(item)) }));
  const keys = keyed.flatMap(({ key }) => key ?? []);
  const holders = await readHolders(session, keys, filter.project);
  return keyed
    .filter(({ key }) => isHeldBy(holders.get(key ?? '') ?? null, filter))
    .map(({ item }) => item);
}

function createProgress(onProgress: ActorQuestion['onProgress']) {
  let read = 0;
  let total = 0;
  return {
    expect(keys: number) {
      total += keys;
    },
    step() {
      read += 1;
      if (read % ENTRIES_BETWEEN_REPORTS === 0) onProgress?.(read, Math.max(read, total));
    },
    end: () => onProgress?.(read, read),
  };
}
