// How lists are kept current: which buckets to follow, and what each of their entries changes in the rows.
// It must never keep a record: what is not in a row is let go.
import type { ReadableName } from '../../transport/nats/inspector.ts';
import type { Entry, Presence } from '../../transport/ports.ts';
import { BUCKET_OF, skimEntry } from '../actors/record-cache.ts';
import { type AccountRow, storedAccountRow } from './account-rows.ts';
import { type ActorFilter, isHeldBy, keyFilter, type ListedKind } from './actor-filter.ts';
import { type DeploymentRow, storedDeploymentRow } from './deployment-rows.ts';
import { runKeyOf } from './item-holders.ts';
import { itemRow } from './item-rows.ts';
import { leaseRow } from './lease-rows.ts';
import {
  createSieve,
  holderIn,
  itemContextIn,
  type ListedActor,
  runContextIn,
} from './listed-actor.ts';
import { presenceOf } from './presence-list.ts';
import { type MergeQueueRow, storedQueueRow, storedTrain } from './queue-rows.ts';
import type { TrainEntry } from './queue-view.ts';
import type { ItemRow, LeaseRow, RunRow, TimerRow } from './rows.ts';
import { runRow } from './run-rows.ts';
import { timerRows } from './timer-rows.ts';

/**
 * The bucket of presence is gone with its server. Who lives announces itself again within its time to live, of
 * which this is the default: until then nobody is told to be gone.
 */
const PRESENCE_SETTLE_MS = 10_000;

export interface RowSource<Row> {
  feeds: readonly RowFeed[];
  /** The rows under an id, as they are now; none when it is gone or does not pass. */
  rowsOf(id: string): readonly Row[];
}

export interface RowFeed {
  bucket: ReadableName;
  keys: string;
  /** How long the bucket may take to fill again after it was lost, in milliseconds. Defaults to 0. */
  settleMs?: number;
  /** Takes a change in; the ids whose rows may be others now. */
  take(entry: Entry): readonly string[];
}

/** The holder of an item stands in the record of its run. */
export function itemSource(filter: ActorFilter): RowSource<ItemRow> {
  const items = new Map<string, { row: ItemRow; runKey: string | null }>();
  const holders = new Map<string, string>();
  const read = reader('item', filter);
  const readRun = reader('run', { project: filter.project, item: filter.item });
  return {
    feeds: [
      feedOf('item', filter, (entry) => {
        const actor = read(entry);
        if (actor === null) items.delete(entry.key);
        else items.set(entry.key, itemOf(actor));
        return [entry.key];
      }),
      feedOf('run', { project: filter.project, item: filter.item }, (entry) => {
        const actor = readRun(entry);
        const holder = actor === null ? null : holderIn(runContextIn(actor));
        if (holder === null) holders.delete(entry.key);
        else holders.set(entry.key, holder);
        return [entry.key.split('.').slice(0, 2).join('.')];
      }),
    ],
    rowsOf(id) {
      const item = items.get(id);
      if (item === undefined) return [];
      const holder = holders.get(item.runKey ?? '') ?? null;
      return isHeldBy(holder, filter) ? [{ ...item.row, holder }] : [];
    },
  };
}

export function runSource(filter: ActorFilter): RowSource<RunRow> {
  return actorSource(['run'], filter, (actor) => [runRow(actor)]);
}

/** The filter's claimant is asked of runs only. */
export function timerSource(filter: ActorFilter): RowSource<TimerRow> {
  const kinds = filter.claimant === undefined ? (['item', 'run'] as const) : (['run'] as const);
  return actorSource(kinds, filter, timerRows);
}

export function leaseSource(filter: ActorFilter): RowSource<LeaseRow> {
  return actorSource(['run'], { ...filter, state: 'claimed' }, (actor) => {
    const row = leaseRow(actor);
    return row === null ? [] : [row];
  });
}

export function presenceSource(): RowSource<Presence> {
  const where = { bucket: 'onceward-presence', keys: '>', settleMs: PRESENCE_SETTLE_MS } as const;
  return keyedSource(where, ({ value }) => {
    const presence = presenceOf(value ?? '');
    return presence === null ? [] : [presence];
  });
}

export function accountSource(keys: string): RowSource<AccountRow> {
  return keyedSource({ bucket: 'onceward-accounts', keys }, (entry) => [storedAccountRow(entry)]);
}

export function queueSource({ project }: ActorFilter): RowSource<MergeQueueRow> {
  const keys = project === undefined ? '>' : `${project}.>`;
  return keyedSource({ bucket: BUCKET_OF.merge, keys }, (entry) => [storedQueueRow(entry)]);
}

/** `key` is that of one queue. */
export function trainSource(key: string): RowSource<TrainEntry> {
  return keyedSource({ bucket: BUCKET_OF.merge, keys: key }, storedTrain);
}

export function deploymentSource({
  project,
  environment = '*',
}: Pick<ActorFilter, 'project'> & { environment?: string }): RowSource<DeploymentRow> {
  const keys = project === undefined ? '>' : `${project}.${environment}`;
  return keyedSource({ bucket: BUCKET_OF.deployment, keys }, (entry) => [
    storedDeploymentRow(entry),
  ]);
}

function actorSource<Row>(
  kinds: readonly ListedKind[],
  filter: ActorFilter,
  rowsOf: (actor: ListedActor) => readonly Row[],
): RowSource<Row> {
  const rows = new Map<string, readonly Row[]>();
  const feeds = kinds.map((kind) => {
    const read = reader(kind, filter);
    return feedOf(kind, filter, (entry) => {
      const id = `${kind}.${entry.key}`;
      const actor = read(entry);
      if (actor === null) rows.delete(id);
      else rows.set(id, rowsOf(actor));
      return [id];
    });
  });
  return { feeds, rowsOf: (id) => rows.get(id) ?? [] };
}

function keyedSource<Row>(
  where: Omit<RowFeed, 'take'>,
  rowsOf: (entry: Entry) => readonly Row[],
): RowSource<Row> {
  const rows = new Map<string, readonly Row[]>();
  const take = (entry: Entry) => {
    if (entry.value === null) rows.delete(entry.key);
    else rows.set(entry.key, rowsOf(entry));
    return [entry.key];
  };
  return { feeds: [{ ...where, take }], rowsOf: (id) => rows.get(id) ?? [] };
}

function feedOf(kind: ListedKind, filter: ActorFilter, take: RowFeed['take']): RowFeed {
  return { bucket: BUCKET_OF[kind], keys: keyFilter(kind, filter), take };
}

/** Null for what is gone, and for what does not pass. */
function reader(kind: ListedKind, filter: ActorFilter): (entry: Entry) => ListedActor | null {
  // Times are no part of what is followed: they pass without a change.
  const sieve = createSieve({ kind, filter, decode: skimEntry }, 0);
  return (entry) => (entry.value === null ? null : sieve.live(entry));
}

function itemOf(actor: ListedActor) {
  return { row: itemRow(actor, null), runKey: runKeyOf(actor.address, itemContextIn(actor)) };
}
