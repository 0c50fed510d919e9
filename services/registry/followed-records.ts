// The records of the registry as they are now, from a feed that is opened again whenever it ends.
// It must never keep a process from starting, nor end one: without the registry there is still the file.
import type { RecordFeed } from '../../transport/nats/record-feed.ts';
import type { Clock } from '../../transport/ports.ts';
import type { Log } from '../actors/log.ts';
import type { Readings } from './effective-configuration.ts';
import { type ProjectReading, readProjectEntry } from './project-record.ts';

/** How long a start waits for what is registered; then it goes on with the file alone. */
const FIRST_READ_MS = 5_000;
const REOPEN_MS = 5_000;

export interface FollowedRecords {
  readings(): Readings;
  close(): Promise<void>;
}

export interface FollowOptions {
  openFeed: () => Promise<RecordFeed>;
  clock: Pick<Clock, 'after'>;
  /** Called after each change, and not for what was there at the beginning. */
  onChange: () => void;
  log: Log;
}

/** Resolves once what is registered has been read, or after 5 s. */
export async function followRecords(options: FollowOptions): Promise<FollowedRecords> {
  const { clock, log, onChange } = options;
  const readings = new Map<string, ProjectReading>();
  let feed: RecordFeed | null = null;
  let isClosed = false;
  let isTold = false;
  let cancelReopening = () => {};

  const take = async (from: RecordFeed, seen: Set<string>): Promise<void> => {
    for await (const entry of from.entries()) {
      seen.add(entry.key);
      const reading = readProjectEntry(entry);
      if (reading === null) readings.delete(entry.key);
      else readings.set(entry.key, reading);
      if (isTold) onChange();
    }
  };
  const begin = async (): Promise<void> => {
    try {
      const next = await options.openFeed();
      feed = next;
      if (isClosed) return await next.close();
      const seen = new Set<string>();
      const reading = take(next, seen).catch((err: unknown) => trouble(err));
      void reading.then(() => reopen());
      await next.caughtUp;
      forgetOthers(seen);
    } catch (err) {
      trouble(err);
      reopen();
    }
  };
  /** What was removed while nobody followed. */
  const forgetOthers = (seen: ReadonlySet<string>) => {
    const gone = [...readings.keys()].filter((project) => !seen.has(project));
    if (gone.length === 0 || isClosed) return;
    for (const project of gone) readings.delete(project);
    onChange();
  };
  const trouble = (err: unknown) => {
    if (isClosed) return;
    log.warn({ err }, 'the registry of projects cannot be followed; trying again');
  };
  const reopen = () => {
    if (isClosed) return;
    cancelReopening = clock.after(REOPEN_MS, () => void begin());
  };

  await withinMs(clock, FIRST_READ_MS, begin());
  isTold = true;
  return {
    readings: () => readings,
    async close() {
      isClosed = true;
      cancelReopening();
      await feed?.close();
    },
  };
}

async function withinMs(
  clock: Pick<Clock, 'after'>,
  limitMs: number,
  work: Promise<void>,
): Promise<void> {
  let cancel = () => {};
  const limit = new Promise<void>((resolve) => {
    cancel = clock.after(limitMs, resolve);
  });
  await Promise.race([work, limit]);
  cancel();
}
