// Finds what a predecessor left undone: every active record of the partitions taken over, with its deadlines
// and the effects it ordered and may not have performed.
import type { Stored } from '../../machines/record.ts';
import type { Bucket, BucketName } from '../../transport/ports.ts';
import { BUCKET_OF, decodeEntry } from './record-cache.ts';

const KINDS = ['item', 'run'] as const;

export interface TakeoverOptions {
  bucketOf: (name: BucketName) => Bucket;
  /** True for the addresses that are taken over. */
  isTaken: (address: string) => boolean;
  adopt: (address: string, stored: Stored) => void;
  /** Told of records this version cannot read; they are left untouched. */
  report: (address: string, problem: string) => void;
}

/** Linear in the number of active records: once for all partitions that change hands, never in a loop. */
export async function takeOver(options: TakeoverOptions): Promise<void> {
  for (const kind of KINDS) {
    await options.bucketOf(BUCKET_OF[kind]).scan((entry) => {
      const address = `${kind}.${entry.key}`;
      if (!options.isTaken(address)) return;
      const loaded = decodeEntry(entry);
      if (loaded.status === 'stored') options.adopt(address, loaded.stored);
      else if ('message' in loaded) options.report(address, `${loaded.status}: ${loaded.message}`);
    });
  }
}
