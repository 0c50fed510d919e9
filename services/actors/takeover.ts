// Finds what a predecessor left undone: every active record of the partitions taken over, with its deadlines
// and the effects it ordered and may not have performed. It keeps nothing of a record but these.
import { isShared } from '../../machines/address.ts';
import { effectId, type PendingEffect } from '../../machines/effect.ts';
import type { Stored } from '../../machines/record.ts';
import type { Bucket, BucketName, Entry } from '../../transport/ports.ts';
import { BUCKET_OF, decodeEntry, type Loaded, skimEntry } from './record-cache.ts';

/**
 * Runs first: when an item is looked at, it is known what has reached its run. The deadlines of an account, of a
 * merge queue or of a deployment are every host's: who told it of them may be the one that is gone.
 */
const KINDS = ['run', 'item', 'account', 'merge', 'deployment'] as const;
/** Actors whose effects other than tells are performed at the same time. */
const MAX_PERFORMING_ACTORS = 64;

export interface TakeoverOptions {
  bucketOf: (name: BucketName) => Bucket;
  /** True for the addresses that are taken over. */
  isTaken: (address: string) => boolean;
  /** Waits for the deadlines of a record, and shows its run to the reaper. */
  watch: (address: string, stored: Stored) => void;
  /** Resolves once all of them have been performed. */
  perform: (address: string, revision: number, effects: readonly PendingEffect[]) => Promise<void>;
  /** Told of records this version cannot read; they are left untouched. */
  report: (address: string, problem: string) => void;
}

interface Undone {
  address: string;
  revision: number;
  effects: PendingEffect[];
}

/**
 * Linear in the number of active records: once for all partitions that change hands, never in a loop. Resolves
 * once everything has been looked at and every tell that did not arrive is on its way.
 */
export async function takeOver(options: TakeoverOptions): Promise<void> {
  const tells = createTells();
  const undone: Undone[] = [];
  for (const kind of KINDS) {
    await options.bucketOf(BUCKET_OF[kind]).scan((entry) => {
      const address = `${kind}.${entry.key}`;
      const isTaken = options.isTaken(address);
      if (!isTaken && !isShared(address)) return;
      const left = take(address, entry, { ...options, tells });
      if (left !== null && isTaken) undone.push(left);
    });
  }
  const left = undone.map((one) => ({ ...one, effects: tells.withoutArrived(one) }));
  // They go ahead of every event that is still to come; without the tell that opens it, a run is unknown.
  for (const one of left)
    void options.perform(one.address, one.revision, one.effects.filter(isTell));
  void performSlowly(left, options);
}

/** One record that no machine can have made must not keep all others from being taken over. */
function take(
  address: string,
  entry: Entry,
  { tells, watch, report }: TakeoverOptions & { tells: Tells },
): Undone | null {
  const loaded = readAsNeeded(address, entry, tells);
  if ('message' in loaded) report(address, `${loaded.status}: ${loaded.message}`);
  if (loaded.status !== 'stored') return null;
  const { record, revision } = loaded.stored;
  try {
    tells.note(address, loaded.stored);
    watch(address, loaded.stored);
  } catch (error) {
    report(address, `corrupt: ${String(error)}`);
    return null;
  }
  const undone = { address, revision, effects: record.outbox };
  return tells.withoutArrived(undone).length > 0 ? undone : null;
}

/** Whole where effects are to be performed; otherwise what a glance shows is enough. */
function readAsNeeded(address: string, entry: Entry, tells: Tells): Loaded {
  const skimmed = skimEntry(entry);
  if (skimmed.status !== 'stored') return skimmed;
  const { record, revision } = skimmed.stored;
  const left = tells.withoutArrived({ address, revision, effects: record.outbox });
  return left.length > 0 ? decodeEntry(entry) : skimmed;
}

interface Tells {
  /** Remembers which tells have reached this record, and which of its own are to be looked for. */
  note(address: string, stored: Stored): void;
  /** The effects without the tells that are known to have arrived: the target remembers their ids. */
  withoutArrived(undone: Undone): PendingEffect[];
}

function createTells(): Tells {
  const arrived = new Set<string>();
  const lookedFor = new Set<string>();
  return {
    note(address, { record, revision }) {
      const isRun = record.machine === 'run';
      for (const { id } of record.recent) {
        if (isRun ? id.startsWith('item.') : lookedFor.has(id)) arrived.add(id);
      }
      if (!isRun) return;
      for (const pending of record.outbox.filter(isTell)) {
        lookedFor.add(effectId(address, revision, pending));
      }
    },
    withoutArrived: ({ address, revision, effects }) =>
      effects.filter((one) => !isTell(one) || !arrived.has(effectId(address, revision, one))),
  };
}

function isTell(pending: PendingEffect): boolean {
  return pending?.effect?.type === 'tell';
}

/** Jobs and alarms, of a few actors at a time: there may be one for every run that waits for a worker. */
async function performSlowly(left: readonly Undone[], { perform }: TakeoverOptions): Promise<void> {
  const waiting = left.values();
  const side = async () => {
    for (const { address, revision, effects } of waiting) {
      await perform(
        address,
        revision,
        effects.filter((one) => !isTell(one)),
      );
    }
  };
  await Promise.all(Array.from({ length: MAX_PERFORMING_ACTORS }, side));
}
