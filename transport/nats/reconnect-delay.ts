// How long a lost connection waits before each try to come back: longer each time, and never the same for two
// processes, so that a fleet does not meet its server in one moment. It knows nothing of the connection.
import { randomInt } from 'node:crypto';

const FIRST_WAIT_MS = 250;
const WAIT_CAP_MS = 2_000;

export interface ReconnectDelay {
  /** The wait before the next try, in milliseconds: from the present wait up to twice as much. */
  next(): number;
  /** Told of each try; the wait doubles, up to 2 s. */
  tried(): void;
  /** Told that the connection is back: the next loss begins with a short wait again. */
  reset(): void;
}

/** @param random a whole number from 0 up to, but without, its argument */
export function createReconnectDelay(
  random: (below: number) => number = randomInt,
): ReconnectDelay {
  let waitMs = FIRST_WAIT_MS;
  return {
    next: () => waitMs + random(waitMs),
    tried() {
      waitMs = Math.min(WAIT_CAP_MS, waitMs * 2);
    },
    reset() {
      waitMs = FIRST_WAIT_MS;
    },
  };
}
