// The records this host has in hand, and the reading of those it has not. A cached record may be stale: what
// is applied to it ends in a compare-and-set, and a refusal on it is decided again on a fresh one.
import type { Address } from '../../machines/address.ts';
import type { Stored } from '../../machines/record.ts';
import { decodeRecord, skimRecord } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import type { Bucket, BucketName, Entry } from '../../transport/ports.ts';

/** Most records kept in memory, for actors that are busy; the longest unchanged goes first. */
const MAX_CACHED_RECORDS = 4_096;

export type Loaded =
  | { status: 'stored'; stored: Stored }
  | { status: 'absent' }
  /** It was there and has been archived; it must not come back. */
  | { status: 'archived' }
  | { status: 'newer' | 'corrupt'; message: string };

export interface RecordCache {
  load(address: string, parsed: Address): Promise<Loaded>;
  /** @param knownAtMs monotonic time at which the record was this at the earliest; 0 when that is not known */
  put(address: string, stored: Stored, knownAtMs: number): void;
  /** True when the record in hand was the newest at some time after `sinceMs`. */
  isKnownSince(address: string, sinceMs: number): boolean;
  peek(address: string): Stored | undefined;
  forget(address: string): void;
  forgetAll(): void;
  forgetWhere(isGone: (address: string) => boolean): void;
}

export const BUCKET_OF = {
  run: 'onceward-runs',
  item: 'onceward-items',
  account: 'onceward-accounts',
  merge: 'onceward-merges',
  deployment: 'onceward-deployments',
} as const satisfies Record<Address['kind'], BucketName>;

export function createRecordCache(
  bucketOf: (name: BucketName) => Bucket,
  monotonicMs: () => number,
): RecordCache {
  const records = new Map<string, { stored: Stored; knownAtMs: number }>();

  const put = (address: string, stored: Stored, knownAtMs: number) => {
    records.delete(address);
    records.set(address, { stored, knownAtMs });
    if (records.size > MAX_CACHED_RECORDS) {
      const oldest = records.keys().next().value;
      if (oldest !== undefined) records.delete(oldest);
    }
  };

  return {
    put,
    peek: (address) => records.get(address)?.stored,
    isKnownSince: (address, sinceMs) => (records.get(address)?.knownAtMs ?? 0) > sinceMs,
    forget: (address) => void records.delete(address),
    forgetAll: () => records.clear(),
    forgetWhere(isGone) {
      for (const address of records.keys()) if (isGone(address)) records.delete(address);
    },
    async load(address, parsed) {
      const cached = records.get(address)?.stored;
      if (cached !== undefined) return { status: 'stored', stored: cached };
      // Counted from before the question: what it is worth is what was true when it was asked.
      const askedAtMs = monotonicMs();
      const entry = await bucketOf(BUCKET_OF[parsed.kind]).read(parsed.key);
      if (entry === null) {
        // Its marker may have expired; the archive remembers for longer.
        const archived = await bucketOf('onceward-archive').read(address);
        return archived === null ? { status: 'absent' } : { status: 'archived' };
      }
      const loaded = decodeEntry(entry);
      if (loaded.status === 'stored') put(address, loaded.stored, askedAtMs);
      return loaded;
    },
  };
}

/** Reads an entry as a record of this version. A newer or broken one is reported, never touched. */
export function decodeEntry(entry: Entry): Loaded {
  return read(entry, decodeRecord);
}

/** The same for very many entries, of which only deadlines and the state of runs are wanted. */
export function skimEntry(entry: Entry): Loaded {
  return read(entry, skimRecord);
}

function read(entry: Entry, decode: typeof decodeRecord): Loaded {
  if (entry.value === null) return { status: 'archived' };
  const decoded = decode(entry.value, definitionOf);
  if (decoded.outcome === 'ok') {
    return { status: 'stored', stored: { record: decoded.record, revision: entry.revision } };
  }
  return { status: decoded.outcome, message: decoded.message };
}
