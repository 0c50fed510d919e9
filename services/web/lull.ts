// When nobody waits for an answer: what nobody waits for, such as reading all items for the board, goes on then.
// It must never put that off for good: somebody may ask without a pause.
import type { Clock } from '../../transport/ports.ts';

export interface Lull {
  /** A request has come; the returned function says that it is answered. */
  begin(): () => void;
  /** Lets everything else have its turn, and waits while requests come. At most a tenth of a second. */
  wait(): Promise<void>;
}

/** A browser that opens the page asks again and again, with such pauses in between. */
const QUIET_MS = 40;
const LONGEST_MS = 100;
const STEP_MS = 10;

export function createLull(clock: Pick<Clock, 'after' | 'monotonicMs'>): Lull {
  let underWay = 0;
  let quietSinceMs = Number.NEGATIVE_INFINITY;

  const isQuiet = () => underWay === 0 && clock.monotonicMs() - quietSinceMs >= QUIET_MS;
  const pass = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

  return {
    begin() {
      underWay += 1;
      return () => {
        underWay -= 1;
        quietSinceMs = clock.monotonicMs();
      };
    },
    async wait() {
      const endMs = clock.monotonicMs() + LONGEST_MS;
      await pass(0);
      while (!isQuiet() && clock.monotonicMs() < endMs) await pass(STEP_MS);
    },
  };
}
