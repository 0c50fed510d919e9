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
import type { Bucket, BucketName, Entry } from '../../transport/ports.ts';
import type { Committer } from './commit.ts';
import { BUCKET_OF, decodeEntry, type RecordCache } from './record-cache.ts';

/** One past revision of an archived actor. */
export interface ArchivedStep {
  revision: number;
  state: string;
  event: string;
  atMs: number;
  by: string;
  /** Left out of what was archived before these were kept, and where the whole would grow too large. */
  id?: string;
  door?: string;
  data?: Record<string, unknown> | null;
}

export interface Archived {
  v: 1;
  record: ActorRecord;
  revision: number;
  /** Oldest first, at most 64; none where the whole would grow too large. */
  history: ArchivedStep[];
  /** Record of the oldest step: every later one follows from it and the events. */
  first?: ActorRecord;
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
  const entries = await bucket.history(parsed.key);
  await copy(address, { v: 1, record, revision, ...pastOf(entries) }, options);
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
  actor: Archived,
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

/** What explains most goes last: first without the data of the events, then without a past. */
function encodeArchived(actor: Archived): string {
  const { first: _, history, ...last } = actor;
  const outline = history.map(({ revision, state, event, atMs, by }) => {
    return { revision, state, event, atMs, by };
  });
  const forms = [actor, { ...last, history: outline }].map((form) => JSON.stringify(form));
  const fitting = forms.find((text) => text.length <= MAX_RECORD_BYTES);
  return fitting ?? JSON.stringify({ ...last, history: [] });
}

function pastOf(entries: readonly Entry[]): Pick<Archived, 'history' | 'first'> {
  const history = entries.flatMap(({ value, revision }) => {
    const step = value === null ? null : outlineOf(value);
    if (step === null) return [];
    const { state, event, by } = step;
    const { type, ...rest } = event;
    return [{ revision, state: stateName(state), event: type, by, ...rest }];
  });
  const oldest = entries.find(({ revision }) => revision === history[0]?.revision)?.value;
  return oldest ? { history, first: JSON.parse(oldest) as ActorRecord } : { history };
}
