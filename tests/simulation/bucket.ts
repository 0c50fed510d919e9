// A bucket as one process sees it: every operation goes over its connection, with all that may befall it.
// It must never show the past where the real one asks the leader: only scans and histories may be stale.
import { OncewardError } from '../../transport/errors.ts';
import type { BatchOutcome, Bucket, Write, WriteOutcome } from '../../transport/ports.ts';
import { matchesFilter } from '../support/subject-filter.ts';
import type { Life } from './life.ts';
import type { RecordStore } from './record-store.ts';
import { EPOCH_MS, type World } from './world.ts';

const MAX_STALE_MS = 3_000;

export function createSimulatedBucket(
  world: World,
  { name, store, life }: { name: string; store: RecordStore; life: Life },
): Bucket {
  const { scheduler, faults } = world;

  /** The time a stale answer speaks of; undefined for the present. */
  const asOfMs = (): number | undefined =>
    faults.strikes('stale-read')
      ? EPOCH_MS + scheduler.nowMs() - faults.prng.fraction() * MAX_STALE_MS
      : undefined;

  const change = async <Outcome extends { outcome: string }>(
    verb: string,
    about: string,
    perform: () => Outcome,
  ): Promise<Outcome | { outcome: 'unknown'; cause: unknown }> => {
    try {
      return await life.request({ verb, about, perform, isChange: true });
    } catch (cause) {
      if (!(cause instanceof OncewardError)) throw cause;
      return { outcome: 'unknown', cause };
    }
  };

  const look = <Found>(verb: string, about: string, perform: () => Found): Promise<Found> =>
    life.request({ verb, about, perform });

  return {
    name,
    read: (key) => look('read', key, () => store.newest(key)),
    write: (write: Write) =>
      change<WriteOutcome>('write', write.key, () => {
        const outcome = store.append(write);
        if (outcome.outcome === 'lost') world.reached.add('write lost');
        return outcome;
      }),
    writeBatch: (writes) =>
      change<BatchOutcome>('batch', writes.map(({ key }) => key).join(), () => {
        const outcome = store.appendAll(writes);
        world.reached.add(`batch ${outcome.outcome}`);
        return outcome;
      }),
    async scan(visit, filter = '>') {
      const found = await look('scan', name, () => store.live(asOfMs()));
      for (const entry of found) if (matchesFilter(entry.key, filter)) visit(entry);
    },
    history: (key) => look('history', key, () => store.past(key, asOfMs())),
  };
}
