// The records this host has in hand, and the reading of those it has not. A cached record may be stale: what
// is applied to it ends in a compare-and-set, and a refusal on it is decided again on a fresh one.
import type { Address } from '../../machines/address.ts';
import type { Stored } from '../../machines/record.ts';
import { decodeRecord } from '../../machines/record.ts';
import { definitionOf } from '../../machines/registry.ts';
import type { Bucket, BucketName, Entry } from '../../transport/ports.ts';

/** Most records kept in memory; the longest untouched goes first. */
const MAX_CACHED_RECORDS = 100_000;

export type Loaded =
  | { status: 'stored'; stored: Stored }
  | { status: 'absent' }
  /** It was there and has been archived; it must not come back. */
  | { status: 'archived' }
  | { status: 'newer' | 'corrupt'; message: string };

export interface RecordCache {
  load(address: string, parsed: Address): Promise<Loaded>;
  put(address: string, stored: Stored): void;
  peek(address: string): Stored | undefined;
  forget(address: string): void;
  forgetAll(): void;
  forgetWhere(isGone: (address: string) => boolean): void;
}

export const BUCKET_OF = {
  run: 'onceward-runs',
  item: 'onceward-items',
  merge: 'onceward-merges',
  deployment: 'onceward-deployments',
} as const satisfies Record<Address['kind'], BucketName>;

export function createRecordCache(bucketOf: (name: BucketName) => Bucket): RecordCache {
  const records = new Map<string, Stored>();

  const put = (address: string, stored: Stored) => {
    records.delete(address);
    records.set(address, stored);
    if (records.size > MAX_CACHED_RECORDS) {
      const oldest = records.keys().next().value;
      if (oldest !== undefined) records.delete(oldest);
    }
  };

  return {
    put,
    peek: (address) => records.get(address),
    forget: (address) => void records.delete(address),
    forgetAll: () => records.clear(),
    forgetWhere(isGone) {
      for (const address of records.keys()) if (isGone(address)) records.delete(address);
    },
    async load(address, parsed) {
      const cached = records.get(address);
      if (cached !== undefined) return { status: 'stored', stored: cached };
      const entry = await bucketOf(BUCKET_OF[parsed.kind]).read(parsed.key);
      if (entry === null) {
        // Its marker may have expired; the archive remembers for longer.
        const archived = await bucketOf('onceward-archive').read(address);
        return archived === null ? { status: 'absent' } : { status: 'archived' };
      }
      const loaded = decodeEntry(entry);
      if (loaded.status === 'stored') put(address, loaded.stored);
      return loaded;
    },
  };
}

/** Reads an entry as a record of this version. A newer or broken one is reported, never touched. */
export function decodeEntry(entry: Entry): Loaded {
  if (entry.value === null) return { status: 'archived' };
  const decoded = decodeRecord(entry.value, definitionOf);
  if (decoded.outcome === 'ok') {
    return { status: 'stored', stored: { record: decoded.record, revision: entry.revision } };
  }
  return { status: decoded.outcome, message: decoded.message };
}
