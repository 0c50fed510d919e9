// The times that stand in the records of this host's partitions, and the one timer that waits for the next.
// It decides nothing: a deadline that fires is an ordinary event, and a stale one is refused.
import TinyQueue from 'tinyqueue';
import type { Clock } from '../../transport/ports.ts';

export interface DueDeadline {
  address: string;
  /** Also the type of the event it fires. */
  name: string;
  /** Revision of the record it stands in. */
  revision: number;
  atMs: number;
}

/** Node fires longer timers at once; a longer wait is cut and armed again. */
const MAX_TIMER_MS = 2_000_000_000;
/** A deadline whose event could not be delivered is tried again after this long. */
export const DEADLINE_RETRY_MS = 1_000;

export interface Deadlines {
  /** Replaces everything known about an actor's deadlines. */
  set(address: string, revision: number, deadlines: Readonly<Record<string, number>>): void;
  forget(address: string): void;
  /** How many are waiting. */
  size(): number;
  stop(): void;
}

export function createDeadlines(clock: Clock, fire: (due: DueDeadline) => void): Deadlines {
  const heap = new TinyQueue<DueDeadline>([], (a, b) => a.atMs - b.atMs);
  const current = new Map<string, number>();
  let cancelTimer: (() => void) | null = null;
  let timerAtMs = Number.POSITIVE_INFINITY;

  const arm = () => {
    const next = heap.peek();
    if (next === undefined || next.atMs >= timerAtMs) return;
    cancelTimer?.();
    timerAtMs = next.atMs;
    cancelTimer = clock.after(Math.min(MAX_TIMER_MS, next.atMs - clock.nowMs()), run);
  };

  const run = () => {
    cancelTimer = null;
    timerAtMs = Number.POSITIVE_INFINITY;
    const nowMs = clock.nowMs();
    for (let next = heap.peek(); next !== undefined && next.atMs <= nowMs; next = heap.peek()) {
      heap.pop();
      // An entry of an older revision is only a leftover of the heap.
      if (current.get(next.address) === next.revision) fire(next);
    }
    arm();
  };

  return {
    set(address, revision, deadlines) {
      const entries = Object.entries(deadlines);
      if (entries.length === 0) current.delete(address);
      else current.set(address, revision);
      for (const [name, atMs] of entries) heap.push({ address, name, revision, atMs });
      arm();
    },
    forget: (address) => void current.delete(address),
    size: () => current.size,
    stop() {
      cancelTimer?.();
      current.clear();
    },
  };
}
