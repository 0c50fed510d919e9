// When the board is drawn anew: soon after a change, but never too often, and now and then without one.
// It must never draw once it is stopped.
import type { Clock } from '../../../transport/ports.ts';

export interface Pacer {
  /** Something has changed. */
  change(): void;
  /** Draws at once, and from then on. */
  start(): void;
  stop(): void;
  isRunning(): boolean;
}

/** Four times a second is as much as anybody can read. */
const REFRESH_MS = 250;
/** Ages grow, also when nothing happens. */
const TICK_MS = 1_000;

export function createPacer(clock: Pick<Clock, 'after'>, draw: () => void): Pacer {
  let isRunning = false;
  let isChanged = false;
  let cancel = () => {};

  const next = (sinceDrawnMs: number) => {
    cancel = clock.after(REFRESH_MS, () => {
      const isDue = isChanged || sinceDrawnMs + REFRESH_MS >= TICK_MS;
      if (isDue) drawNow();
      next(isDue ? 0 : sinceDrawnMs + REFRESH_MS);
    });
  };
  const drawNow = () => {
    isChanged = false;
    draw();
  };
  return {
    change() {
      isChanged = true;
    },
    start() {
      isRunning = true;
      drawNow();
      next(0);
    },
    stop() {
      isRunning = false;
      cancel();
    },
    isRunning: () => isRunning,
  };
}
