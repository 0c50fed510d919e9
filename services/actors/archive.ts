// Moves finished actors out of the way: copied first, then removed, each step safe to repeat.
// It must never remove what is not in the archive, and never bring an archived actor back.
import { parseAddress } from '../../machines/address.ts';
import { isFinished } from '../../machines/decide.ts';
import { type ActorRecord, MAX_RECORD_BYTES, stateName } from '../../machines/record.ts';
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
  const entry = await bucket.read(parsed.key);
  if (entry === null || entry.value === null) return;
  const loaded = decodeEntry(entry);
  if (loaded.status !== 'stored') return;
  const { record, revision } = loaded.stored;
  if (!isFinished(record)) {
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
    throw new OncewardError('REVISION_CONFLICT', `${address} moved while it was archived`);
  }
  options.cache.forget(address);
  options.forgetDeadlines(address);
}

async function copy(
  address: string,
  actor: { record: ActorRecord; revision: number; steps: ArchivedStep[] },
  { bucketOf, committerOf }: ArchiveOptions,
): Promise<void> {
  const existing = await bucketOf('onceward-archive').read(address);
  if (existing !== null) return;
  const value = encodeArchived(actor);
  // Lost means that somebody else has copied it in between: the copy is there either way.
  await committerOf('onceward-archive').commit({ key: address, value, expectedRevision: 0 });
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
  return entries.flatMap((entry) => {
    const loaded = decodeEntry(entry);
    if (loaded.status !== 'stored') return [];
    const { record, revision } = loaded.stored;
    const { type, atMs } = record.event;
    return [{ revision, state: stateName(record.state), event: type, atMs, by: record.by }];
  });
}
