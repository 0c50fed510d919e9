// Ends the wait for a part that does not stop: what it has not done stands in the records, and whoever takes over does it.
// It must never keep quiet about that.
import type { Clock } from '../transport/ports.ts';
import type { Log } from './actors/log.ts';

/** Twice what a host gives to what is under way; service managers and containers allow more. */
export const STOP_LIMIT_MS = 10_000;

/** `stop`, given up after 10 s with an error in the log. Rejects when `stop` does within that time. */
export function boundedStop(
  part: string,
  stop: () => Promise<unknown>,
  { clock, log }: { clock: Pick<Clock, 'after'>; log: Log },
): () => Promise<void> {
  return async () => {
    let cancel = () => {};
    const limit = new Promise<void>((resolve) => {
      cancel = clock.after(STOP_LIMIT_MS, () => {
        log.error({ part, limitMs: STOP_LIMIT_MS }, 'a part did not stop; going on without it');
        resolve();
      });
    });
    await Promise.race([stop(), limit]).finally(() => cancel());
  };
}
