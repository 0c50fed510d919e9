// A bucket whose connection can be cut with requests under way: what was sent may have arrived, and the answer
// never comes. It must never tell the claimant more than a broken connection would.
import { createBucket } from '../../transport/nats/bucket.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import type { Bucket } from '../../transport/ports.ts';

export interface CuttableBucket {
  /** Stays the same over all connections. */
  bucket: Bucket;
  /** Breaks the connection as soon as what is being sent has left, and opens another. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

/** Connects to one server. */
export async function cuttableBucket(
  url: string,
  { name, claimant }: { name: string; claimant: string },
): Promise<CuttableBucket> {
  const open = async () => {
    const nc = await connectNats({ url, name: claimant });
    return { nc, bucket: createBucket(nc, name) };
  };
  let current = await open();
  let cutting: Promise<void> | undefined;
  const cut = async () => {
    // The client writes to its socket at the end of this turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    await current.nc.close();
    current = await open();
    cutting = undefined;
  };
  return {
    bucket: {
      name,
      read: (key) => current.bucket.read(key),
      write: (write) => current.bucket.write(write),
      writeBatch: (writes) => current.bucket.writeBatch(writes),
      scan: (visit, filter) => current.bucket.scan(visit, filter),
      history: (key) => current.bucket.history(key),
    },
    cut() {
      cutting ??= cut();
      return cutting;
    },
    async close() {
      await cutting;
      await current.nc.close();
    },
  };
}
