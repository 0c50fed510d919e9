// Moves finished actors out of the way: copied first, then removed, each step safe to repeat.
// It must never remove what is not in the archive, and never bring an archived actor back.
import { parseAddress } from '../../machines/address.ts';
import { isFinished } from '../../machines/decide.ts';
import {
  type ActorRecord,
  MAX_RECORD_BYTES,
  outlineOf,
  type Stored,
  stateName,
} from '../../machines/record.ts';
import { OncewardError } from '../../transport/errors.ts';
import type { Bucket, BucketName } from '../../transport/ports.ts';
import type { Committer } from './commit.ts';
import { BUCKET_OF, decodeEntry, type RecordCache } from './record-cache.ts';

/** One past revision of an archived actor. */
export interface ArchivedStep {
  revision: number;
  state: string;
  event: string;
  atMs: number;
  by: string;
}

export interface Archived {
  v: 1;
  record: ActorRecord;
  revision: number;
  /** Oldest first; the oldest are left out where the whole would grow too large. */
  history: ArchivedStep[];
}

export interface ArchiveOptions {
  bucketOf: (name: BucketName) => Bucket;
  committerOf: (name: BucketName) => Committer;
  cache: RecordCache;
  forgetDeadlines: (address: string) => void;
}

/** @throws REVISION_CONFLICT when the actor is not finished yet, or moved meanwhile */
export async function archiveActor(address: string, options: ArchiveOptions): Promise<void> {
  const parsed = parseAddress(address);
  if (parsed === null) return;
  const bucket = options.bucketOf(BUCKET_OF[parsed.kind]);
  // A finished record never changes again. One in hand that is not finished may be stale.
  const stored = options.cache.peek(address) ?? (await readStored(bucket, parsed.key));
  if (stored === null) return;
  const { record, revision } = stored;
  if (!isFinished(record)) {
    options.cache.forget(address);
    throw new OncewardError('REVISION_CONFLICT', `${address} is ${stateName(record.state)} still`);
  }
  await copy(address, { record, revision, steps: await stepsOf(bucket, parsed.key) }, options);
  const committer = options.committerOf(BUCKET_OF[parsed.kind]);
  const removed = await committer.commit({
    key: parsed.key,
    value: null,
    expectedRevision: revision,
  });
  if (removed.outcome === 'lost') {
    // Somebody else has moved it or put it away: the record in hand would lose again, for ever.
    options.cache.forget(address);
    throw new OncewardError('REVISION_CONFLICT', `${address} moved while it was archived`);
  }
  options.cache.forget(address);
  options.forgetDeadlines(address);
}

async function readStored(bucket: Bucket, key: string): Promise<Stored | null> {
  const entry = await bucket.read(key);
  const loaded = entry === null ? null : decodeEntry(entry);
  return loaded?.status === 'stored' ? loaded.stored : null;
}

async function copy(
  address: string,
  actor: { record: ActorRecord; revision: number; steps: ArchivedStep[] },
  { bucketOf, committerOf }: ArchiveOptions,
): Promise<void> {
  const write = { key: address, value: encodeArchived(actor), expectedRevision: 0 };
  const copied = await committerOf('onceward-archive').commit(write);
  if (copied.outcome === 'won') return;
  // It was copied before. But on a replicated stream a write may be refused because of one that is still on
  // its way, and may yet be lost with its leader.
  const existing = await bucketOf('onceward-archive').read(address);
  if (existing !== null) return;
  throw new OncewardError('REVISION_CONFLICT', `the copy of ${address} is not stored yet`);
}

function encodeArchived(actor: {
  record: ActorRecord;
  revision: number;
  steps: ArchivedStep[];
}): string {
  const { record, revision, steps } = actor;
  const whole: Archived = { v: 1, record, revision, history: steps };
  const text = JSON.stringify(whole);
  return text.length <= MAX_RECORD_BYTES ? text : JSON.stringify({ ...whole, history: [] });
}

async function stepsOf(bucket: Bucket, key: string): Promise<ArchivedStep[]> {
  const entries = await bucket.history(key);
  return entries.flatMap(({ value, revision }) => {
    const step = value === null ? null : outlineOf(value);
    if (step === null) return [];
    const { state, event, by } = step;
    return [{ revision, state: stateName(state), event: event.type, atMs: event.atMs, by }];
  });
}
