// This machine's own clock behind the Clock port, for tests that run real processes.
// It must never be used to test a deadline's arithmetic: that is what a virtual clock is for.
import type { Clock } from '../../transport/ports.ts';

export const localClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Does something again and again, as a living process would, until the returned function is called. */
export function every(periodMs: number, callback: () => void): () => void {
  const timer = setInterval(callback, periodMs);
  return () => clearInterval(timer);
}
