// Merge queues as rows of a list. A record that cannot be read becomes a row that says so; it hides nothing.
import { fromToken } from '../../machines/identifier.ts';
import type { Bucket, Clock, Entry } from '../../transport/ports.ts';
import { BUCKET_OF, decodeEntry } from '../actors/record-cache.ts';
import { byAddress } from './listed-actor.ts';
import { queueView } from './queue-reading.ts';
import type { QueueHold, QueueView, TrainEntry } from './queue-view.ts';

export interface MergeQueueRow {
  /** `merge.shop.main` */
  address: string;
  project: string;
  branch: string;
  /** `newer` or `corrupt` where the record cannot be read. */
  state: string;
  sinceMs: number | null;
  revision: number;
  /** How many items are in the queue, those that are tried among them. */
  entries: number;
  /** Who is tried first; null when nobody is there. */
  first: string | null;
  trial: { number: number; members: string[] } | null;
  /** The worker that has the lease. */
  holder: string | null;
  hold: QueueHold | null;
  lastLandedAtMs: number | null;
  /** One phrase that follows "waits for". */
  waitsFor: string;
  changedAtMs: number;
}

/** In the order of their addresses. @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN */
export async function readQueueRows(
  session: {
    bucket: (name: 'onceward-merges') => Pick<Bucket, 'scan'>;
    clock: Pick<Clock, 'nowMs'>;
  },
  keys = '>',
): Promise<MergeQueueRow[]> {
  const rows: MergeQueueRow[] = [];
  const nowMs = session.clock.nowMs();
  await session.bucket(BUCKET_OF.merge).scan((entry) => {
    if (entry.value !== null) rows.push(queueRow(entry, nowMs));
  }, keys);
  return rows.sort(byAddress);
}

/** For whoever follows the records and is told of each change: as it was when it was written. */
export function storedQueueRow(entry: Entry): MergeQueueRow {
  return queueRow(entry, entry.storedAtMs);
}

function queueRow(entry: Entry, nowMs: number): MergeQueueRow {
  const loaded = decodeEntry(entry);
  const { storedAtMs: changedAtMs } = entry;
  if (loaded.status === 'stored') return { ...rowOf(queueView(loaded.stored, nowMs)), changedAtMs };
  const [project = '', branch = ''] = entry.key.split('.');
  const waitsFor =
    'message' in loaded ? `a version that can read it: ${loaded.message}` : 'nothing';
  return {
    ...{ address: `merge.${entry.key}`, project, branch: fromToken(branch), state: loaded.status },
    ...{ sinceMs: null, revision: entry.revision, entries: 0, first: null, trial: null },
    ...{ holder: null, hold: null, lastLandedAtMs: null, waitsFor, changedAtMs },
  };
}

function rowOf(view: QueueView): Omit<MergeQueueRow, 'changedAtMs'> {
  const { address, project, branch, state, sinceMs, revision, trial, holder, hold, train } = view;
  const lastLandedAtMs = view.decided.find(({ outcome }) => outcome === 'landed')?.atMs ?? null;
  return {
    ...{ address, project, branch, state, sinceMs, revision, entries: train.length },
    first: train[0]?.item ?? null,
    trial: trial && { number: trial.number, members: trial.members },
    holder: holder?.worker ?? null,
    ...{ hold, lastLandedAtMs, waitsFor: view.waitsFor },
  };
}

/** The train of one queue, for whoever follows its record; none where that cannot be read. */
export function storedTrain(entry: Entry): TrainEntry[] {
  const loaded = decodeEntry(entry);
  return loaded.status === 'stored' ? queueView(loaded.stored, entry.storedAtMs).train : [];
}
