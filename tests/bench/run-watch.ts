// Sees runs reach a state at the moment the write is known to be stored, from within the host's own world.
// It must never change what is written, nor delay it.
import type { Bucket, BucketName, HostWorld, Write } from '../../transport/ports.ts';

/** The state stands near the beginning of a record. */
const HEAD_CHARACTERS = 160;

export type WatchedState = 'finalizing' | 'advanced';
/** Told the key of a run that has been stored in this state. */
export type RunListeners = Partial<Record<WatchedState, (key: string) => void>>;

export interface RunWatch {
  world: HostWorld;
  /** Runs that were stored as advanced so far. */
  advanced(): number;
}

export function watchRuns(world: HostWorld, listeners: RunListeners): RunWatch {
  const watched = new Map<BucketName, Bucket>();
  let advanced = 0;
  const note = ({ key, value }: Write): void => {
    const head = value?.slice(0, HEAD_CHARACTERS) ?? '';
    if (head.includes('"state":"finalizing"')) listeners.finalizing?.(key);
    if (!head.includes('"state":"advanced"')) return;
    advanced += 1;
    listeners.advanced?.(key);
  };
  return {
    advanced: () => advanced,
    world: {
      ...world,
      bucket(name) {
        if (name !== 'onceward-runs') return world.bucket(name);
        const bucket = watched.get(name) ?? watchBucket(world.bucket(name), note);
        watched.set(name, bucket);
        return bucket;
      },
    },
  };
}

function watchBucket(bucket: Bucket, note: (write: Write) => void): Bucket {
  return {
    ...bucket,
    async write(write) {
      const written = await bucket.write(write);
      if (written.outcome === 'won') note(write);
      return written;
    },
    async writeBatch(writes) {
      const written = await bucket.writeBatch(writes);
      if (written.outcome === 'won') for (const write of writes) note(write);
      return written;
    },
  };
}
