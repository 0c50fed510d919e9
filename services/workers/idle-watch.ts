// Notices that something has not happened for too long, on a monotonic clock.
// It must never conclude anything by itself: whoever is called looks again before it acts.
import type { Clock } from '../../transport/ports.ts';

export interface IdleWatchOptions {
  clock: Clock;
  /** Longest time without the thing, in milliseconds. */
  limitMs: number;
  /** When it happened last, in monotonic milliseconds. */
  lastMs: () => number;
  /** Called at the limit. Resolves true when all is over, false when it is to be watched further. */
  onIdle: () => Promise<boolean>;
}

/** Watches until it is told to stop. */
export function watchIdle({ clock, limitMs, lastMs, onIdle }: IdleWatchOptions): () => void {
  let isStopped = false;
  let cancel = () => {};
  const arm = (delayMs: number) => {
    if (!isStopped) cancel = clock.after(delayMs, () => void look());
  };
  const look = async () => {
    const leftMs = lastMs() + limitMs - clock.monotonicMs();
    if (leftMs > 0) return arm(leftMs);
    if (!(await onIdle())) arm(Math.max(1, lastMs() + limitMs - clock.monotonicMs()));
  };
  arm(limitMs);
  return () => {
    isStopped = true;
    cancel();
  };
}
