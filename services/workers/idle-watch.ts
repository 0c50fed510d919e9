// Notices that something has not happened for too long, on a monotonic clock.
// It must never conclude anything by itself: whoever is called looks again before it acts.
import type { Clock } from '../../transport/ports.ts';

export interface IdleWatchOptions {
  clock: Clock;
  /** Longest time without the thing, in milliseconds. */
  limitMs: number;
  /** When it happened last, in monotonic milliseconds. */
  lastMs: () => number;
  /**
   * Called at the limit. Resolves true when all is over, false when it is to be watched further. The signal
   * is aborted once the watch is stopped: what comes after that must change nothing.
   */
  onIdle: (signal: AbortSignal) => Promise<boolean>;
  /** Told of a look that failed; it is repeated. */
  onTrouble?: ((error: unknown) => void) | undefined;
}

/** Between two looks of which the first has changed nothing, in milliseconds. */
const MAX_PAUSE_MS = 5_000;
const PAUSES_PER_LIMIT = 10;

/** Watches until it is told to stop. */
export function watchIdle(options: IdleWatchOptions): () => void {
  const { clock, limitMs, lastMs, onIdle, onTrouble } = options;
  const pauseMs = Math.max(1, Math.min(MAX_PAUSE_MS, limitMs / PAUSES_PER_LIMIT));
  const stopping = new AbortController();
  const { signal } = stopping;
  let cancel = () => {};
  const arm = (delayMs: number) => {
    if (!signal.aborted) cancel = clock.after(delayMs, () => void look());
  };
  const leftMs = () => lastMs() + limitMs - clock.monotonicMs();
  const look = async () => {
    if (leftMs() > 0) return arm(leftMs());
    try {
      if (await onIdle(signal)) return;
    } catch (error) {
      // A look that fails shows nothing: neither that it is idle, nor that it is not.
      if (!signal.aborted) onTrouble?.(error);
    }
    arm(Math.max(pauseMs, leftMs()));
  };
  arm(limitMs);
  return () => {
    stopping.abort();
    cancel();
  };
}
